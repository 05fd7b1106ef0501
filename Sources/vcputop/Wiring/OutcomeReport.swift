internal import GuestVCPU

/// Writes the outcome of a change to a stream that can be written to.
enum OutcomeReport {
    /// - Parameters:
    ///   - line: The outcome, for standard output.
    ///   - failure: What went wrong, for standard error.
    static func write(_ line: String, _ failure: CommandFailure?) {
        do throws(OutputError) {
            try Output.write([line])
        } catch {
            Diagnostics.write(CommandFailure(error))
            // Its result does not matter: there is no third stream.
            try? Output.write([line], to: .errors)
        }
        if let failure { Diagnostics.write(failure) }
    }

    /// Says that the journal does not have what came of a change, where that is so.
    static func writeUnrecorded(_ guest: String, _ result: TransactionResult) {
        if let error = result.journalError {
            Diagnostics.note("what came of '\(guest)' is not recorded: \(error.summary)")
        }
    }
}
