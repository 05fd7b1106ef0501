internal import GuestVCPU

extension Fleet.Member {
    /// `ONLINE/ALL`.
    var onlineText: String {
        guard let guest = state.vcpus else { return "?/\(plugged.map(String.init) ?? "?")" }
        return "\(guest.online.count)/\(guest.vcpus.count)"
    }

    /// How its agent does, in the contract's word or a short one.
    func statusText(short: Bool) -> String {
        if isGone { return "gone" }
        return short ? state.agent.shortName : state.agent.name
    }

    var statusRole: Style.Role {
        if isGone { return .bad }
        switch state.agent {
        case .ok: return .good
        case .pending: return .faint
        case .failed: return .bad
        }
    }
}

extension AgentStatus {
    /// The status in seven characters at the most.
    fileprivate var shortName: String {
        guard case .failed(let error) = self else { return name }
        return switch error.kind {
        case .unresponsive: "silent"
        case .disconnected: "closed"
        case .denied: "denied"
        case .busy: "busy"
        case .notRunning: "notrun"
        case .absent: "absent"
        case .paused: "paused"
        case .unsupported: "unsupp"
        case .blocked: "blocked"
        case .frozen: "frozen"
        case .malformed: "garbled"
        case .error: "error"
        }
    }
}

extension VCPUState {
    var word: String {
        switch self {
        case .missing: "missing"
        case .online: "online"
        case .offline: "offline"
        }
    }
}

extension Model {
    /// What is worth saying of a guest in a few words: the most urgent first.
    func note(for lens: GuestLens, width: Int) -> Span {
        let member = lens.member
        let short = width < 16
        let guest = member.state.id
        if let commit = lens.locking {
            guard commit.result == nil else {
                return Span(short ? "unknown" : "outcome unknown", .unknown)
            }
            let count = commit.request.named.count
            return Span(short ? "~\(count)" : "~\(count) \(commit.phase.word)", .sending)
        }
        let marks = lens.marks
        if !marks.isEmpty {
            var parts: [String] = []
            if !marks.toOnline.isEmpty { parts.append("+\(marks.toOnline.count)") }
            if !marks.toOffline.isEmpty { parts.append("-\(marks.toOffline.count)") }
            let isFailed = !lens.failed.isEmpty
            if isFailed { parts.append("!") }
            if self.marks.doubtful.contains(guest) { parts.append(short ? "?" : "not sent") }
            return Span(parts.joined(separator: " "), isFailed ? .failed : .warning)
        }
        guard width >= 8 else { return Span(lens.hasContradiction ? "*" : "", .contradicted) }
        if member.state.runState != .running, member.state.runState != .unknown {
            return Span(member.state.runState.rawValue, .warning)
        }
        if lens.hasContradiction {
            return Span(short ? "*busy" : "* offline, yet busy", .contradicted)
        }
        if member.unused > 0 {
            return Span(
                short
                    ? "\(member.unused)\(member.unused < 10 ? " " : "")unused"
                    : "\(member.unused) plugged, unused", .warning)
        }
        return Span("")
    }
}

extension Commit.Phase {
    /// What a change is doing.
    var word: String {
        switch self {
        case .waiting: "waiting"
        case .step(.reading): "reading"
        case .step(.sending(let changes)): "sending \(changes.count)"
        case .step(.rereading): "re-reading"
        case .step(.undoing(let changes)): "undoing \(changes.count)"
        case .finished(let result, _): result.outcome.title
        }
    }
}
