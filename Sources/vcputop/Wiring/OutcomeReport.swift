internal import GuestVCPU

/// Writes what became of a change, wherever it can be written.
enum OutcomeReport {
    /// - Parameters:
    ///   - line: The outcome, for standard output.
    ///   - failure: What went wrong, for standard error.
    static func write(_ line: String, _ failure: CommandFailure?) {
        do throws(OutputError) {
            try Output.write([line])
        } catch {
            Diagnostics.write(CommandFailure(error))
            // Whatever comes of that: there is no third stream.
            try? Output.write([line], to: .errors)
        }
        if let failure { Diagnostics.write(failure) }
    }
}
