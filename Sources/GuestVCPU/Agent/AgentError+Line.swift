extension AgentError {
    /// Whether the connection can be used on after this error: the agent answered, in step.
    var leavesLineUsable: Bool {
        switch kind {
        case .error, .unsupported, .blocked, .frozen, .denied: true
        case .unresponsive, .disconnected, .busy, .waiting, .notRunning, .absent, .paused,
            .malformed:
            false
        }
    }
}
