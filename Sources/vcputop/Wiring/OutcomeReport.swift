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
}
