internal import GuestVCPU
internal import Journal

/// A recorded change that is to be taken back.
struct RevertedChange {
    let change: RecordedChange
    /// The guest as the change left it.
    private let reviewed: GuestVCPUs
    private let request: ChangeRequest

    /// The fewest characters of an id that name a change.
    private static let shortestID = 4

    /// Chooses the change that is meant.
    ///
    /// - Parameter id: The end of its id; nil for the last change that did something, or of which
    ///   it is not known whether it did: an earlier one is not the last.
    static func choose(
        _ id: String?, in contents: JournalContents
    ) throws(CommandFailure) -> RecordedChange {
        if let id { return try named(id, in: contents.changes) }
        let last = contents.changes.last { !$0.reversal.isEmpty || $0.reviewed == nil }
        guard let last else {
            throw CommandFailure(
                .asBefore, "the journal has no change that could be taken back",
                help: "'vcputop log' shows the changes")
        }
        return last
    }

    /// - Throws: Where the change cannot be taken back.
    init(_ change: RecordedChange) throws(CommandFailure) {
        let name = "the change of '\(change.guest)', \(change.id.short),"
        if change.isUnderWay {
            throw CommandFailure(.asBefore, "\(name) is not over: its program is at work on it")
        }
        guard let reviewed = change.reviewed else {
            throw CommandFailure(
                .asBefore, "\(name) cannot be taken back: it is not known what it did",
                help: "'vcputop list' shows what the guest says now; 'vcputop revert ID' takes an "
                    + "earlier change back")
        }
        guard let request = try? ChangeRequest(change.reversal) else {
            throw CommandFailure(
                .asBefore, "\(name) did nothing that could be taken back: \(change.outcomeText)")
        }
        self.change = change
        self.reviewed = reviewed
        self.request = request
    }

    private static func named(
        _ id: String, in changes: [RecordedChange]
    ) throws(CommandFailure) -> RecordedChange {
        guard id.count >= shortestID else {
            throw CommandFailure(.usage, "the id '\(id)' is too short: 4 characters at least")
        }
        let found = changes.filter { $0.id.text.hasSuffix(id.lowercased()) }
        guard let change = found.first else {
            throw CommandFailure(
                .unreachable, "the journal has no change with the id '\(id)'",
                help: "'vcputop log' shows the changes with their ids")
        }
        guard found.count == 1 else {
            throw CommandFailure(
                .usage, "\(found.count) changes have ids that end in '\(id)'",
                help: "give more of its characters")
        }
        return change
    }

    /// What is to be sent, to the guest that the change was sent to.
    ///
    /// - Parameters:
    ///   - guest: The guest; nil where it was not found.
    ///   - doubt: Why a guest of its name is not taken for it; nil where there is none.
    ///   - directory: The guests of the sources; nil after an interruption.
    func target(
        _ guest: Guest?, doubt: String?, in directory: GuestDirectory?
    ) -> SetTarget {
        var target = SetTarget(change.guest, request, found(guest, doubt, in: directory))
        target.reviewed = reviewed
        target.reverts = change.id
        return target
    }

    private func found(
        _ guest: Guest?, _ doubt: String?, in directory: GuestDirectory?
    ) -> SetTarget.Found {
        guard let directory else { return .none(.interrupted) }
        if let guest { return .guest(guest) }
        let reasons = directory.failures
        let message =
            reasons.isEmpty
            ? "'\(change.source)' has no such guest now" + (doubt.map { "; \($0)" } ?? "")
            : reasons.joined(separator: "; ")
        return .none(.agent(AgentError(.disconnected, message, isOurs: true)))
    }
}

extension SourceOptions {
    /// The options with the source of a change, where none is named.
    func naming(_ change: RecordedChange) throws(CommandFailure) -> SourceOptions {
        guard connect.isEmpty, agent.isEmpty else { return self }
        var options = self
        let agentPrefix = "agent:"
        if change.source.hasPrefix(agentPrefix) {
            let path = String(change.source.dropFirst(agentPrefix.count))
            options.agent = [NamedPath(name: change.guest, path: path)]
        } else if change.source != SourceID.qemuProcesses.name {
            options.connect = [change.source]
        }
        return options
    }
}
