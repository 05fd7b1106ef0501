internal import GuestVCPU

/// The result of a change in words.
struct TransactionText {
    let guest: String
    let result: TransactionResult

    /// The outcome, one line for standard output.
    var line: String { "\(guest): \(result.summary)" }

    /// What is to be said on standard error; nil when it went as asked.
    var failure: CommandFailure? {
        guard result.outcome.exitStatus != 0 else { return nil }
        return CommandFailure(
            exitStatus: result.outcome.exitStatus, errors, note: note, help: help)
    }

    /// What is to be said of one of several guests: what went wrong, and what only this guest's
    /// reading tells.
    var failureAmongMany: CommandFailure? {
        guard let failure else { return nil }
        let isUncertain = result.outcome == .partial || result.outcome == .unknown
        return CommandFailure(
            exitStatus: failure.exitStatus, failure.messages,
            note: isUncertain ? failure.note.map { "'\(guest)': \($0)" } : nil)
    }

    private var errors: [String] {
        switch result.outcome {
        case .refused, .conflict:
            if result.reasons.isEmpty { return ["cannot change '\(guest)': \(cause)"] }
            return groupedReasons
        case .unreachable:
            return ["cannot read '\(guest)': \(cause)"]
        case .unknown:
            let unknown = "the outcome of the change of '\(guest)' is unknown: \(cause)"
            let reading = result.failures.dropFirst().last.map {
                "cannot read '\(guest)' again: \($0.cause.summary)"
            }
            return [unknown] + (reading.map { [$0] } ?? [])
        default:
            return result.failures.prefix(10).map { failure in
                guard let id = failure.vcpu else {
                    return "the change of '\(guest)' failed: \(failure.cause.summary)"
                }
                return request(id, "vCPU \(id) of '\(guest)'") + ": \(failure.cause.summary)"
            }
        }
    }

    private var cause: String { result.failure?.cause.summary ?? result.outcome.summary }

    /// `cannot take vCPU 7 of 'web1' offline`, by what was asked of that vCPU.
    private func request(_ id: Int, _ subject: String) -> String {
        result.request.targets.online.contains(id)
            ? "cannot bring \(subject) online" : "cannot take \(subject) offline"
    }

    /// One line for each kind of reason, with all vCPUs that it holds for.
    private var groupedReasons: [String] {
        var groups: [(code: Refusal.Code, ids: [Int], summary: String)] = []
        for reason in result.reasons {
            if groups.last?.code != reason.code { groups.append((reason.code, [], reason.summary)) }
            if let id = reason.vcpu { groups[groups.count - 1].ids.append(id) }
        }
        return groups.map { group in
            let map = CPUMap(validating: group.ids) ?? []
            guard let first = map.min else {
                return "cannot change '\(guest)': \(summary(of: group.code) ?? group.summary)"
            }
            let subject = "\(map.count == 1 ? "vCPU" : "vCPUs") \(map) of '\(guest)'"
            let isMixed =
                !map.isSubset(of: result.request.targets.offline)
                && !map.isSubset(of: result.request.targets.online)
            let what = isMixed ? "cannot change \(subject)" : request(first, subject)
            return "\(what): \(group.summary)"
        }
    }

    /// The reason with its numbers; nil where the reason has none.
    private func summary(of code: Refusal.Code) -> String? {
        if code == .notRecorded { return result.failure?.cause.summary }
        guard code == .impossibleCount, case .onlineCount(let count) = result.request.goal,
            let before = result.before
        else { return nil }
        return "it can have \(before.possibleOnlineText), not \(count)"
    }

    private var note: String? {
        switch result.outcome {
        case .refused, .conflict, .failed, .unreachable:
            "no vCPU was changed"
        case .rolledBack:
            "the vCPUs that had been changed were put back"
        case .partial:
            partNote
        case .unknown:
            "the change may still happen; nothing more was sent"
        case .committed, .unchanged, .planned:
            nil
        }
    }

    private var partNote: String? {
        guard let before = result.before, let after = result.after else { return nil }
        let ids = result.planned.ids
        let changed = ids.filter { before.state(of: $0) != after.state(of: $0) }
        return [
            list("online now", changed.filter { after.state(of: $0) == .online }),
            list("offline now", changed.filter { after.state(of: $0) == .offline }),
            list("gone", changed.filter { after.state(of: $0) == .missing }),
            list("as before", ids.filter { before.state(of: $0) == after.state(of: $0) }),
        ].compactMap { $0 }.joined(separator: "; ")
    }

    private func list(_ label: String, _ ids: [Int]) -> String? {
        ids.isEmpty ? nil : "\(label): \(CPUMap(ids))"
    }

    private var help: String? {
        switch result.outcome {
        case .refused where result.reasons.contains { $0.code == .notRecorded }:
            return "--no-journal sends it without a record"
        case .refused:
            let named = CPUMap(validating: result.reasons.compactMap(\.vcpu)) ?? []
            let rest = result.request.targets.ids.subtracting(named)
            if named.isEmpty || rest.isEmpty { return nil }
            return "leave \(named) out of the \(named.count == 1 ? "list" : "lists"): \(rest)"
        case .conflict:
            return "look at the guest again before you decide"
        case .unknown:
            return "'vcputop list' reads the guest again; do not repeat the change before it does"
        case .partial:
            return "'vcputop list' shows what the guest says now"
        default:
            return nil
        }
    }
}
