// Values as `print` and string interpolation show them: in the words of `Wording.swift`, in one line.

internal import SafeText

extension AgentError: CustomStringConvertible {
    /// The condition, with the details where there are any.
    public var description: String { summary }
}

extension GuestVCPUs: CustomStringConvertible {
    /// The three maps: `online 0,2-3 of 0-3, offlinable 1-3`.
    public var description: String {
        "online \(online.listOrNone) of \(vcpus.listOrNone), offlinable \(offlinable.listOrNone)"
    }
}

extension AgentReading: CustomStringConvertible {
    /// The three maps, and the agent's version where it is known.
    public var description: String {
        "\(vcpus)" + (version.map { "; agent \($0)" } ?? "")
    }
}

extension Refusal: CustomStringConvertible {
    /// The reason, and the vCPU where there is one: `vCPU 0: the guest says it is not offlinable`.
    public var description: String { (vcpu.map { "vCPU \($0): " } ?? "") + summary }
}

extension [Refusal] {
    /// Every reason once, with the vCPUs that it holds for.
    package var texts: [String] {
        var codes: [Refusal.Code] = []
        for reason in self where !codes.contains(reason.code) { codes.append(reason.code) }
        return codes.map { code in
            let ids = CPUMap(validating: filter { $0.code == code }.compactMap(\.vcpu)) ?? []
            let summary = Refusal(vcpu: nil, code: code).summary
            return ids.isEmpty ? summary : "vCPU \(ids): \(summary)"
        }
    }
}

extension TransactionFailure: CustomStringConvertible {
    /// What went wrong, and the vCPU where one is to blame: `vCPU 7: No space left on device`.
    public var description: String { (vcpu.map { "vCPU \($0): " } ?? "") + cause.summary }
}

extension TransactionResult {
    /// The outcome, what it says of the guest, and which vCPUs are online now, in one line.
    public var summary: String {
        "\(outcome.rawValue): \(what)\(elsewhere)"
    }

    private var what: String {
        switch outcome {
        case .committed: "\(planned)\(online)"
        case .planned: "would \(planned)"
        default: outcome.summary + online
        }
    }

    private var online: String {
        after.map { "; online now: \($0.online) of \($0.vcpus)" } ?? ""
    }

    /// What another client changed meanwhile; it does not count for the outcome and is not undone.
    private var elsewhere: String {
        let ids = changedElsewhere
        return ids.isEmpty ? "" : "; changed elsewhere: \(ids)"
    }
}

extension TransactionResult: CustomStringConvertible {
    /// The summary, with the reasons of a refusal or conflict and what went wrong, in one line:
    /// `refused: as before; nothing was sent; vCPU 0: the guest says it is not offlinable`.
    public var description: String {
        let most = 10
        var parts = [summary] + reasons.texts + failures.prefix(most).map(\.description)
        if failures.count > most { parts.append("and \(failures.count - most) more failures") }
        return parts.joined(separator: "; ")
    }
}

extension ChangeRequestError: CustomStringConvertible {
    /// What is wrong with the request.
    public var description: String {
        switch self {
        case .overlap(let ids): "vCPU \(ids) is to be both online and offline"
        case .empty: "no vCPU is named"
        case .outOfRange(let id): "\(id) is no vCPU id: ids are 0 to 4095"
        }
    }
}

extension CPUListError: CustomStringConvertible {
    /// What is wrong, and at which character of the list; the list is printable and cut.
    public var description: String {
        if case .empty = problem { return problem.summary }
        let text = text.printable(limit: 60)
        return "invalid CPU list '\(text)': \(problem.summary) at column \(column)"
    }
}

extension CPUMap {
    /// The list, or `none` for an empty map.
    package var listOrNone: String { isEmpty ? "none" : list }
}
