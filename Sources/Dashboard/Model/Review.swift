internal import GuestVCPU

/// What would be sent, as it was shown.
struct Review {
    /// One guest of it.
    struct Entry: Hashable {
        /// What is to become of it.
        enum Fate: Hashable {
            /// It will be sent, against this reading; the plan says what changes.
            case send(ChangePlan)
            /// It will not be, and its marks stay.
            case hold(Obstacle)
        }

        let guest: GuestID
        let marks: GuestMarks
        var fate: Fate

        /// What changes, where it will be sent.
        var plan: ChangePlan? {
            if case .send(let plan) = fate { return plan }
            return nil
        }
    }

    /// Why a guest's marks are not sent.
    enum Obstacle: Hashable {
        /// No source lists the guest.
        case gone
        /// The guest was away since it was marked.
        case doubtful
        /// Its vCPUs were never read.
        case neverRead
        /// An earlier change is not settled.
        case locked
        /// The guest may only be watched.
        case notWritable
        /// Every marked vCPU is as wanted already.
        case alreadySo
        /// The guest cannot do it.
        case refused([Refusal])
        /// These vCPUs changed while the review was open.
        case changed(CPUMap)
    }

    var entries: [Entry]
    var policy = FailurePolicy.rollBack
    var scroll = 0
    /// What was typed of the number that confirms a large change.
    var typed = ""

    var plans: [ChangePlan] { entries.compactMap(\.plan) }

    /// How many vCPUs change.
    var changeCount: Int { plans.reduce(0) { $0 + $1.changes.count } }

    /// The most guests that are changed without a number being typed.
    static let guestsWithoutConfirmation = 4

    /// Why the number of changes has to be typed first; nil where it need not be.
    var largeness: String? {
        let large = entries.filter { entry in
            guard let plan = entry.plan else { return false }
            return plan.offlining.count * 2 > plan.before.online.count
        }
        if let first = large.first {
            return large.count == 1
                ? "more than half of \(first.guest.name.printable(limit: 40)) goes offline"
                : "more than half of \(large.count) guests goes offline"
        }
        let count = plans.count
        return count > Self.guestsWithoutConfirmation ? "it touches \(count) guests" : nil
    }

    /// Whether a number is asked for and is not typed yet.
    var needsConfirmation: Bool { largeness != nil && typed != "\(changeCount)" }
}
