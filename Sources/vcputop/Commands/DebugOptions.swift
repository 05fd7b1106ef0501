internal import ArgumentParser
internal import GuestVCPU

/// The options for finding faults.
struct DebugOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Append the exchanges with agents, QMP and libvirt to this file.", valueName: "FILE"))
    var debugLog: String?

    func validate() throws {
        if debugLog == "" { throw ValidationError("--debug-log names no file") }
    }

    /// Opens the log where one is asked for; to be called before anything is asked.
    ///
    /// - Returns: Nil without the option: nothing is recorded then.
    func openLog() throws(CommandFailure) -> WireRecorder? {
        guard let debugLog else { return nil }
        return try DebugLog.open(debugLog)
    }
}
