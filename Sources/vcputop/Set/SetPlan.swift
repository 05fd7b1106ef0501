internal import GuestVCPU

/// What a change of many guests would do, before the user is asked.
struct SetPlan {
    /// A guest with what is planned for it.
    struct Entry {
        let target: SetTarget
        let result: TransactionResult
    }

    /// In the order of the targets.
    let entries: [Entry]

    /// Reads the guests, and plans what is asked of each; sends nothing.
    ///
    /// - Returns: Nil after an interruption.
    @MainActor init?(of targets: [SetTarget], by run: SetRun) async throws {
        var results: [Int: TransactionResult] = [:]
        _ = try await run.run(targets, for: .plan) { results[$0] = $1 }
        guard !run.hold.interruption.isRequested else { return nil }
        entries = targets.enumerated().compactMap { place, target in
            results[place].map { Entry(target: target, result: $0) }
        }
    }

    /// How many guests would be changed.
    var changeCount: Int { entries.count { $0.result.outcome == .planned } }

    /// What is sent when the user agrees: what was planned, against the reading of the plan.
    ///
    /// A guest that is as asked is looked at again as well.
    var confirmed: [SetTarget] {
        entries.filter { Self.isConfirmed($0.result) }.map { entry in
            var target = entry.target
            target.request = entry.result.request
            target.reviewed = entry.result.before
            return target
        }
    }

    /// The guests of which the end is known: they cannot be changed, or not be read.
    var ended: [Entry] { entries.filter { !Self.isConfirmed($0.result) } }

    private static func isConfirmed(_ result: TransactionResult) -> Bool {
        result.outcome == .planned || result.outcome == .unchanged
    }

    /// The plan, one line a guest.
    var lines: [String] { entries.map { "\($0.target.name): \(Self.text(of: $0))" } }

    private static func text(of entry: Entry) -> String {
        let result = entry.result
        switch result.outcome {
        case .planned:
            guard let before = result.before else { return "\(result.planned)" }
            let online = result.planned.onlineAfterwards(of: before)
            return "\(result.planned) (then \(online.count) of \(before.vcpus.count) online)"
        case .unchanged: return "as asked already"
        default:
            let failure = TransactionText(guest: entry.target.name, result: result).failure
            return failure?.messages.joined(separator: "; ") ?? result.outcome.summary
        }
    }
}
