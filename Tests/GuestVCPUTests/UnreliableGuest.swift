import GuestVCPU
import TestSupport

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
        /// Another hand changes a vCPU, or unplugs one.
        var others: Int?
        /// The guest goes away for good.
        var death: Int?
        /// The guest reboots: every vCPU comes online, and what the agent had is lost.
        var reboot: Int?
        /// The program is stopped for an hour in the middle of what it does.
        var stop: Int?
        /// How many troubles there may be in all; nil for any number.
        var most: Int?

        /// Every kind, each as probable.
        static func all(oneIn odds: Int, most: Int) -> Trouble {
            Trouble(
                line: odds, malformed: odds, lie: odds, transient: odds, others: odds,
                death: odds * 2, reboot: odds, stop: odds, most: most)
        }
    }

    /// What tells a reading's boot.
    enum BootSource: CaseIterable { case kernel, incarnation, nothing }

    private(set) var vcpus: CPUMap
    private(set) var online: CPUMap
    let offlinable: CPUMap
    /// Entries that fail whenever they are tried.
    let failing: Set<VCPUChange>
    let form: SetForm
    let trouble: Trouble
    private(set) var elapsed = Duration.zero
    private(set) var sets: [[VCPUChange]] = []
    /// The vCPUs that the agent tried to change for us, and those of these that it did change.
    private(set) var tried = CPUMap()
    private(set) var executed = CPUMap()
    /// The vCPUs that another hand changed.
    private(set) var changedByOthers = CPUMap()
    /// Whether every answer told what was done: none was lost, wrong or a lie.
    private(set) var isPlain = true
    private(set) var boots = 0
    /// How often the program was stopped, and for how long in all.
    private(set) var stops = 0
    private(set) var stoppedFor = Duration.zero
    /// How many troubles there were.
    private(set) var troubles = 0
    /// What the agent still has to do of what was sent before its line was lost.
    private var late: [VCPUChange] = []
    private var isDead = false
    private let bootSource: BootSource
    private var random: SeededGenerator

    init(
        vcpus: CPUMap, online: CPUMap, offlinable: CPUMap, failing: Set<VCPUChange>,
        form: SetForm, trouble: Trouble, random: SeededGenerator
    ) {
        self.vcpus = vcpus
        self.online = online
        self.offlinable = offlinable
        self.failing = failing
        self.form = form
        self.trouble = trouble
        self.random = random
        bootSource = BootSource.allCases.randomElement(using: &self.random) ?? .nothing
    }

    /// The boot that a reading shows.
    private var boot: GuestBoot {
        switch bootSource {
        case .kernel:
            GuestBoot(id: BootID([UInt8](repeating: UInt8(boots & 0xFF), count: 36)))
        case .incarnation: GuestBoot(incarnation: UInt64(boots))
        case .nothing: .unknown
        }
    }

    /// Whether readings tell a reboot.
    var tellsBoot: Bool { bootSource != .nothing }

    var truth: GuestVCPUs {
        GuestVCPUs(
            vcpus: vcpus, online: online, offlinable: offlinable, readAt: .now, boot: boot)
    }

    mutating func perform(
        _ action: TransactionStateMachine.Action
    ) -> TransactionStateMachine.Event? {
        if case .finish = action { return nil }
        if happens(trouble.death) { isDead = true }
        if happens(trouble.others) { otherHandChanges() }
        if happens(trouble.reboot) { return reboot(during: action) }
        guard happens(trouble.stop) else { return answer(action) }
        // The guest goes on meanwhile; whether its answer is still seen is a matter of luck.
        let start = elapsed
        let event = answer(action)
        elapsed += .seconds(3_600)
        stops += 1
        stoppedFor += elapsed - start
        guard !isDead, event != .closed, event != .waited, random.oneIn(2) else { return event }
        if case .set = action { isPlain = false }
        return .failed(AgentError(.unresponsive))
    }

    private mutating func answer(
        _ action: TransactionStateMachine.Action
    ) -> TransactionStateMachine.Event? {
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

    private mutating func reboot(
        during action: TransactionStateMachine.Action
    ) -> TransactionStateMachine.Event? {
        if case .set(let changes, _) = action, random.oneIn(2) { _ = execute(changes) }
        if case .set(let changes, _) = action { sets.append(changes) }
        boots += 1
        online = vcpus
        late = []
        isPlain = false
        switch action {
        case .close, .wait, .finish: return answer(action)
        case .open(let timeout), .read(let timeout), .set(_, let timeout):
            return lost(after: timeout)
        }
    }

    private mutating func set(
        _ changes: [VCPUChange], _ timeout: Duration
    ) -> TransactionStateMachine.Event {
        if isDead {
            isPlain = false
            return lost(after: timeout)
        }
        if happens(trouble.line) {
            isPlain = false
            if random.oneIn(2) { late += changes }
            return lost(after: timeout)
        }
        elapsed += min(timeout, .milliseconds(Int.random(in: 1...900, using: &random)))
        if happens(trouble.lie) {
            isPlain = false
            return .setReturned(Int64(changes.count))
        }
        let done = execute(changes)
        if happens(trouble.malformed) {
            isPlain = false
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
            tried.insert(change.id)
            guard vcpus.contains(change.id), !failing.contains(change),
                !happens(trouble.transient),
                change.online || online.contains(where: { $0 != change.id })
            else { return position }
            if change.online { online.insert(change.id) } else { online.remove(change.id) }
            executed.insert(change.id)
        }
        return changes.count
    }

    private mutating func otherHandChanges() {
        guard let id = vcpus.randomElement(using: &random), vcpus.count > 1 else { return }
        changedByOthers.insert(id)
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
        guard let odds, troubles < trouble.most ?? .max, random.oneIn(odds) else { return false }
        troubles += 1
        return true
    }
}
