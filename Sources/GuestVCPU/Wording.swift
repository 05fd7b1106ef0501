// The words for conditions, outcomes and reasons, for the command and the dashboard alike.
// Lower case, no full stop, and without the guest's name.

internal import SafeText

extension AgentError.Kind {
    /// The condition in a few words.
    public var summary: String {
        switch self {
        case .unresponsive: "the agent does not answer"
        case .disconnected: "no line to the agent"
        case .denied: "no permission to use the agent"
        case .busy: "another client holds the agent's channel"
        case .waiting: "not asked: hung guests of the same host hold every line"
        case .notRunning: "no agent runs in the guest"
        case .absent: "the guest has no agent channel"
        case .paused: "the guest is paused"
        case .unsupported: "the agent has no such command"
        case .blocked: "the command is disabled in the guest"
        case .frozen: "the guest's file systems are frozen"
        case .malformed: "the agent's reply is malformed"
        case .error: "the guest reports an error"
        }
    }
}

extension AgentError {
    /// The condition, with the details where there are any.
    public var summary: String {
        if message.isEmpty { return kind.summary }
        return kind == .error ? message : "\(kind.summary): \(message)"
    }
}

extension LeftOutGuest {
    /// Which guest is left out, and why.
    public var summary: String { "guest '\(name)' is left out: \(reason)" }
}

extension SourceState {
    /// The list's note and its left out guests in one text; nil where there is neither.
    public var remarks: String? {
        let most = 20
        var parts = [note].compactMap { $0 } + leftOut.prefix(most).map(\.summary)
        if leftOut.count > most { parts.append("\(leftOut.count - most) more are left out") }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}

extension Outcome {
    /// What the outcome says of the guest.
    public var summary: String {
        switch self {
        case .committed: "every named vCPU is as asked"
        case .unchanged: "it was already so; nothing was sent"
        case .planned: "nothing was sent"
        case .refused: "as before; nothing was sent"
        case .conflict: "changed elsewhere meanwhile; nothing was sent"
        case .failed: "as before; the guest did not do it"
        case .rolledBack: "as before; a part had been done and was undone"
        case .unreachable: "the guest could not be read; nothing was sent"
        case .partial: "between: a part was done"
        case .unknown: "the guest cannot be read; the change may still happen"
        }
    }
}

extension Refusal {
    /// The reason in a few words.
    public var summary: String {
        switch code {
        case .missing: "the guest has no such vCPU"
        case .notOfflinable: "the guest says it is not offlinable"
        case .lastOnline: "no vCPU would be left online"
        case .changed: "its state changed since it was reviewed"
        case .rebooted: "the guest was rebooted since it was reviewed; its ids may mean other vCPUs"
        case .cannotSet: "the guest's agent cannot change vCPU states"
        case .readOnly: "the connection may only read"
        case .impossibleCount: "the guest cannot have that number of vCPUs online"
        case .notRecorded: "the change cannot be recorded in the journal"
        }
    }
}

extension GuestVCPUs {
    /// The numbers of online vCPUs that the guest can have: `1 to 8 vCPUs online`.
    package var possibleOnlineText: String {
        guard let counts = possibleOnlineCounts else { return "no vCPU online" }
        let text =
            counts.count == 1
            ? "\(counts.lowerBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
        return "\(text) vCPUs online"
    }
}

extension TransactionFailure.Cause {
    /// What went wrong in a few words.
    public var summary: String {
        switch self {
        case .agent(let error): error.summary
        case .wrongCount(let count, let total):
            "the agent's reply is malformed: it reports \(count) of \(total) changes done"
        case .notDone: "the agent reported success, but the guest is not as asked"
        case .outOfTime: "the transaction's deadline passed"
        case .interrupted: "interrupted before anything was sent"
        case .rebooted:
            "the guest was rebooted during the change; its ids may mean other vCPUs, so nothing "
                + "was undone"
        case .notRecorded(let reason): "it cannot be recorded: \(reason)"
        }
    }
}

extension VCPUTargets {
    /// How far a guest is on the way to what was planned.
    package func progress(in guest: GuestVCPUs) -> String {
        let missing = ids.subtracting(guest.vcpus)
        if !missing.isEmpty { return "without vCPU \(missing)" }
        let done = fulfilled(by: guest).ids
        if done == ids { return "as asked" }
        return done.isEmpty ? "as before" : "with vCPU \(done) of \(ids) as asked"
    }
}

extension CPUListError.Problem {
    /// What is wrong with the list.
    public var summary: String {
        switch self {
        case .empty: "the list is empty"
        case .missingNumber: "a number is missing"
        case .unexpected(let character): "unexpected '\(String(character).printable(limit: 8))'"
        case .outOfRange(let digits): "\(digits) is above 4095"
        case .descending(let first, let last): "the range \(first)-\(last) goes down"
        case .excludedRange: "'^' takes a single number"
        }
    }
}
