import GuestVCPU

/// A guest behind a line, of which every part can fail at any step; time passes only in it.
///
/// It keeps the truth, so that what a transaction reports can be held against it.
struct UnreliableGuest {
    /// How probable each kind of trouble is: once in so many steps; nil is never.
    struct Trouble {
        /// The line drops or the agent stalls, before or after it has done what was asked.
        var line: Int?
        /// The agent returns a number that cannot be, or nonsense.
        var malformed: Int?
        /// The agent reports success without doing it.
        var lie: Int?
        /// An entry fails once and not when it is tried again.
        var transient: Int?
        /// Somebody else changes a vCPU, or unplugs one.
        var others: Int?
        /// The guest goes away for good.
        var death: Int?
    }

    private(set) var vcpus: CPUMap
    private(set) var online: CPUMap
    let offlinable: CPUMap
    /// Entries that fail whenever they are tried.
    let failing: Set<VCPUChange>
    let form: SetForm
    let trouble: Trouble
    private(set) var elapsed = Duration.zero
    private(set) var sets: [[VCPUChange]] = []
    /// What the agent still has to do of what was sent before its line was lost.
    private var late: [VCPUChange] = []
    private var isDead = false
    private var random: SplitMix64

    init(
        vcpus: CPUMap, online: CPUMap, offlinable: CPUMap, failing: Set<VCPUChange>,
        form: SetForm, trouble: Trouble, random: SplitMix64
    ) {
        self.vcpus = vcpus
        self.online = online
        self.offlinable = offlinable
        self.failing = failing
        self.form = form
        self.trouble = trouble
        self.random = random
    }

    var truth: GuestVCPUs {
        GuestVCPUs(vcpus: vcpus, online: online, offlinable: offlinable, readAt: .now)
    }

    mutating func perform(
        _ action: TransactionStateMachine.Action
    ) -> TransactionStateMachine.Event? {
        if case .finish = action { return nil }
        if happens(trouble.death) { isDead = true }
        if happens(trouble.others) { somebodyElseChanges() }
        switch action {
        case .open(let timeout):
            if isDead || happens(trouble.line) { return lost(after: timeout) }
            elapsed += .milliseconds(50)
            return .opened(form)
        case .read(let timeout):
            // An agent works in order: what it was sent earlier comes before this answer.
            if isDead { return lost(after: timeout) }
            _ = execute(late)
            late = []
            if happens(trouble.line) { return lost(after: timeout) }
            elapsed += .milliseconds(2)
            if happens(trouble.malformed) { return .failed(AgentError(.malformed)) }
            return .read(AgentReading(vcpus: truth, version: nil, setSupport: .available))
        case .set(let changes, let timeout):
            sets.append(changes)
            return set(changes, timeout)
        case .close:
            return .closed
        case .wait(let duration):
            elapsed += duration
            return .waited
        case .finish:
            return nil
        }
    }

    private mutating func set(
        _ changes: [VCPUChange], _ timeout: Duration
    ) -> TransactionStateMachine.Event {
        if isDead { return lost(after: timeout) }
        if happens(trouble.line) {
            if random.oneIn(2) { late += changes }
            return lost(after: timeout)
        }
        elapsed += min(timeout, .milliseconds(Int.random(in: 1...900, using: &random)))
        if happens(trouble.lie) { return .setReturned(Int64(changes.count)) }
        let done = execute(changes)
        if happens(trouble.malformed) {
            if random.oneIn(3) { return .failed(AgentError(.malformed)) }
            return .setReturned(
                [0, -1, Int64(changes.count) + 1, .max, .min].randomElement(using: &random) ?? 0)
        }
        if form == .oneState {
            return done == changes.count
                ? .setReturned(Int64(done)) : .failed(AgentError(.error, "write failed"))
        }
        return done == 0
            ? .failed(AgentError(.error, "write failed")) : .setReturned(Int64(done))
    }

    private mutating func execute(_ changes: [VCPUChange]) -> Int {
        for (position, change) in changes.enumerated() {
            guard vcpus.contains(change.id), !failing.contains(change),
                !happens(trouble.transient),
                change.online || online.contains(where: { $0 != change.id })
            else { return position }
            if change.online { online.insert(change.id) } else { online.remove(change.id) }
        }
        return changes.count
    }

    private mutating func somebodyElseChanges() {
        guard let id = vcpus.randomElement(using: &random), vcpus.count > 1 else { return }
        if random.oneIn(4) {
            vcpus.remove(id)
            online.remove(id)
        } else if online.contains(id) {
            if online.count > 1 { online.remove(id) }
        } else {
            online.insert(id)
        }
    }

    private mutating func lost(after timeout: Duration) -> TransactionStateMachine.Event {
        guard random.oneIn(2) else { return .failed(AgentError(.disconnected)) }
        elapsed += timeout
        return .failed(AgentError(.unresponsive))
    }

    private mutating func happens(_ odds: Int?) -> Bool {
        guard let odds else { return false }
        return random.oneIn(odds)
    }
}
