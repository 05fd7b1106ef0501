internal import CanvasKit
internal import GuestVCPU

extension Model {
    /// Takes in that a change is over: what was not done is marked again.
    mutating func finish(
        _ guest: GuestID, _ result: TransactionResult, at instant: ContinuousClock.Instant
    ) {
        now = max(now ?? instant, instant)
        guard book.finish(guest, result, at: instant) != nil else { return }
        if let after = result.after, !roster.show(after, of: guest) {
            // Marks that stay or come back were made for the vCPUs of an earlier boot.
            marks.doubt([guest])
            book.doubt([guest])
        }
        guard let commit = book[guest] else { return }
        let failure = result.failure.map { ": \($0.words)" } ?? ""
        log(
            guest, "\(result.outcome.title), \(result.outcome.summary)\(failure)",
            result.outcome.role)
        if result.outcome != .unknown {
            restoreMarks(of: commit, result.unfulfilledMarks)
        }
        announceEnd()
    }

    /// Unlocks guests whose change had an unknown outcome, once they are read again.
    mutating func resolveUnknown() {
        for guest in book.locked {
            guard let reading = roster[guest]?.state.vcpus,
                let commit = book.resolve(guest, with: reading)
            else { continue }
            let left = commit.request.targets.unfulfilled(by: reading)
            let text =
                left.isEmpty
                ? "read again: every named vCPU is as asked"
                : "read again: \(left.ids) not as asked"
            log(guest, text, left.isEmpty ? .good : .warning)
            restoreMarks(of: commit, left)
        }
    }

    /// Holds what the host says against the changes that took vCPUs offline.
    mutating func watchStandstill() {
        for guest in book.guests {
            guard let standstill = book.watch(guest, roster[guest]?.state.host) else { continue }
            let (text, role) = standstill.words
            log(guest, text, role)
        }
    }

    private mutating func restoreMarks(of commit: Commit, _ left: VCPUTargets) {
        marks.settle(commit.guest, left)
        if commit.isDoubtful { marks.doubt([commit.guest]) }
    }

    private mutating func announceEnd() {
        guard book.inFlight.isEmpty, !isShowingResults else { return }
        let results = book.commits.compactMap(\.result)
        let bad = results.filter { $0.outcome.exitStatus != 0 }.count
        notice = Notice(
            text: bad == 0
                ? "done: \(results.count) of \(results.count) guests as asked"
                : "\(bad) of \(results.count) guests not as asked; L shows why",
            role: bad == 0 ? .good : .bad)
    }

    private var isShowingResults: Bool {
        dialogs.contains { if case .results = $0 { true } else { false } }
    }

    /// The guests of the results that have marks left and can be tried again.
    var unsuccessful: Set<GuestID> {
        Set(
            book.commits.filter { commit in
                commit.result.map { $0.outcome.exitStatus != 0 } ?? false
                    && !commit.isLocking && !marks[commit.guest].isEmpty
            }.map(\.guest))
    }

    /// `r`: opens a review of what did not succeed.
    mutating func retryFailed() -> [Effect] {
        openReview(scope: unsuccessful)
    }

    /// `m`: drops the marks of the guests that did not succeed.
    mutating func dropFailedMarks() {
        clearMarks(of: Array(unsuccessful))
    }
}

extension Model {
    /// What the last sending did and is so still, by the marks that take it back.
    var undoing: [(guest: GuestID, marks: VCPUTargets)] {
        book.commits.compactMap { commit in
            guard !commit.isLocking, !commit.isDoubtful, let before = commit.result?.before,
                let now = roster[commit.guest]?.state.vcpus
            else { return nil }
            let marks = commit.request.targets.unfulfilled(by: before)
                .intersection(before.vcpus).fulfilled(by: now).reversed
            return marks.isEmpty ? nil : (commit.guest, marks)
        }
    }

    /// `b`: marks what takes the last sending back, and opens a review of it.
    mutating func takeBack() -> [Effect] {
        let undoing = undoing
        mark(undoing)
        let marked = undoing.map(\.guest).filter { !marks[$0].isEmpty }
        return marked.isEmpty ? [] : openReview(scope: Set(marked))
    }
}

extension TransactionResult {
    /// What is to be marked again: nothing where all is as asked; all that was asked where
    /// nothing changed; else what the last reading shows as not done.
    fileprivate var unfulfilledMarks: VCPUTargets {
        switch outcome {
        case .committed, .unchanged, .planned: return VCPUTargets()
        case .refused, .conflict, .failed, .rolledBack, .unreachable, .unknown, .partial:
            guard let after = after ?? before else { return request.targets }
            return request.targets.unfulfilled(by: after)
        }
    }
}

extension TransactionFailure {
    /// What went wrong, and with which vCPU.
    var words: String { (vcpu.map { "vCPU \($0): " } ?? "") + cause.summary }
}

extension Outcome {
    /// The outcome as a word to read.
    var title: String {
        switch self {
        case .rolledBack: "rolled back"
        default: rawValue
        }
    }

    var role: Style.Role {
        switch self {
        case .committed, .unchanged, .planned: .good
        case .refused, .conflict, .rolledBack, .unreachable: .warning
        case .failed, .partial, .unknown: .bad
        }
    }
}
