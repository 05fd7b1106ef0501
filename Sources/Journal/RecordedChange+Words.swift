package import GuestVCPU

// What commands and screens say of a recorded change. Lower case, no full stop.

extension RecordedChange {
    /// What was to be done: `online 2, offline 5-7`.
    package var changeText: String {
        planned.description + (reverts.map { " (reverts \($0.short))" } ?? "")
    }

    /// The user, and the one that logged in: `root (ada)`.
    package var authorText: String { login.map { "\(user) (\($0))" } ?? user }

    /// What came of it, with the reason where there is one.
    package var outcomeText: String {
        if let end {
            let failure = end.failure.map { failure in
                ": " + (failure.vcpu.map { "vCPU \($0): " } ?? "") + failure.message
            }
            return end.outcome.words + (failure ?? "") + (findingText.map { "; \($0)" } ?? "")
        }
        if isUnderWay { return "open: its program is at work on it" }
        return "died: \(findingText ?? "the guest was not read since its program died")"
    }

    /// How a reading after it found the guest; nil where there was none.
    private var findingText: String? {
        found.map { "found \(planned.progress(in: $0.after.reading(boot: .unknown)))" }
    }
}

extension ChangeID {
    /// The end of the id, which is random and so of its own.
    package var short: String { String(text.suffix(8)) }
}

extension Outcome {
    fileprivate var words: String { self == .rolledBack ? "rolled back" : rawValue }
}
