internal import GuestVCPU

extension AgentStatus {
    var isFailed: Bool {
        if case .failed = self { return true }
        return false
    }
}

extension SourceStatus {
    var isFailed: Bool {
        if case .failed = self { return true }
        return false
    }
}
