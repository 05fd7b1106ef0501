internal import GuestVCPU

/// The changes that `y` sends, as they were shown.
struct Review: Page {
    var context: Context { .review }
    var position = PagePosition()
    /// One guest of it.
    struct Entry {
        /// Whether it is sent.
        enum Fate: Hashable {
            /// It will be sent, against this reading; the plan says what changes.
            case send(ChangePlan)
            /// It will not be, and its marks stay.
            case hold(Obstacle)
        }

        let guest: GuestID
        let marks: VCPUTargets
        var fate: Fate { didSet { text = nil } }
        /// The lines that describe it, as they were computed last.
        var text: ReviewText?

        init(guest: GuestID, marks: VCPUTargets, fate: Fate) {
            self.guest = guest
            self.marks = marks
            self.fate = fate
        }

        /// What changes, where it will be sent.
        var plan: ChangePlan? {
            if case .send(let plan) = fate { return plan }
            return nil
        }
    }

    /// Why a guest's marks are not sent.
    enum Obstacle: Hashable {
        /// What there is to say of the guest.
        case condition(Condition)
        /// Every marked vCPU is as wanted already.
        case alreadySo
        /// The guest cannot do it.
        case refused([Refusal])
        /// These vCPUs changed while the review was open.
        case changed(CPUMap)
    }

    private(set) var entries: [Entry]
    var policy = FailurePolicy.rollBack
    /// What was typed of the number that confirms a large change.
    private(set) var typed = ""
    /// How many vCPUs change, and of how many guests.
    private(set) var changeCount = 0
    private(set) var guestCount = 0
    /// Why the number of changes has to be typed first; nil where it need not be.
    private(set) var largeness: Largeness?

    /// What makes a change large.
    enum Largeness: Hashable {
        /// More of the online vCPUs of this guest go offline than the share that is allowed.
        case share(GuestID)
        /// The same, of so many guests.
        case shares(Int)
        /// It touches so many guests.
        case guests(Int)
    }

    /// What was marked before the review's own marks, which replaced it; empty where the review is
    /// about the user's marks.
    let marksBefore: [GuestID: VCPUTargets]

    /// The changes that it takes back, by their guests.
    let reverted: [GuestID: ChangeID]
    /// Whether the user agrees that the changes are not recorded.
    private(set) var isUnrecordedAllowed = false

    /// Which changes are large.
    private let limits: ConfirmationLimits

    init(
        entries: [Entry], marksBefore: [GuestID: VCPUTargets] = [:],
        reverted: [GuestID: ChangeID] = [:], limits: ConfirmationLimits = ConfirmationLimits()
    ) {
        self.limits = limits
        self.entries = entries
        self.marksBefore = marksBefore
        self.reverted = reverted
        sumUp()
    }

    var plans: [ChangePlan] { entries.compactMap(\.plan) }

    /// Whether a number is asked for and is not typed yet.
    var needsConfirmation: Bool { largeness != nil && typed != "\(changeCount)" }

    /// Replaces what is to become of the guests.
    mutating func replace(_ entries: [Entry]) {
        self.entries = entries
        sumUp()
    }

    /// Keeps the lines that describe a guest.
    mutating func keep(_ text: ReviewText, at position: Int) {
        entries[position].text = text
    }

    /// Adds a digit to the number that confirms a large change.
    mutating func type(_ digit: Character) {
        if typed.count < 5 { typed.append(digit) }
    }

    /// Takes back a digit of it.
    mutating func eraseDigit() { _ = typed.popLast() }

    /// Switches what is done where an entry fails.
    mutating func switchPolicy() { policy = policy == .rollBack ? .keepGoing : .rollBack }

    /// Agrees that the changes are not recorded, or takes that back.
    mutating func switchUnrecorded() { isUnrecordedAllowed.toggle() }

    /// Decides again about guests whose marks have just been confirmed.
    mutating func redecide(_ guests: Set<GuestID>, _ shared: SharedState) {
        for position in entries.indices where guests.contains(entries[position].guest) {
            entries[position].fate = shared.fate(of: entries[position].guest)
        }
        typed = ""
        sumUp()
    }

    private mutating func sumUp() {
        let plans = plans
        guestCount = plans.count
        changeCount = plans.reduce(0) { $0 + $1.targets.count }
        let large = entries.filter { entry in
            guard let plan = entry.plan else { return false }
            return limits.isLarge(plan.targets.offline.count, of: plan.before.online.count)
        }
        if let first = large.first {
            largeness = large.count == 1 ? .share(first.guest) : .shares(large.count)
        } else {
            largeness = guestCount > limits.guests ? .guests(guestCount) : nil
        }
    }
}
