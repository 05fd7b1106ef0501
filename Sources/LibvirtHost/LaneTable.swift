/// What a call over a lane is for.
enum LaneCall: Hashable, Sendable {
    /// The host's list or statistics.
    case host
    /// A reading of this guest (its UUID).
    case reading(String)
    /// A change of this guest, or a reading that belongs to one.
    case change(String)

    /// The guest whose agent is asked; nil for the host's own calls.
    var guest: String? {
        switch self {
        case .host: nil
        case .reading(let guest), .change(let guest): guest
        }
    }
}

/// Which calls run on which connection (lane), as a table: no connection, no clock.
///
/// libvirt waits for an agent for ever. A call that has not returned when its time is up keeps its
/// thread, its connection and one of the daemon's workers (20 by default), and only the agent can
/// end it. Such a call is *held*. Its guest and its lane get no further calls, and the number of
/// held calls is limited. Guests that have not answered yet, or did not answer last time, are
/// *unproven*: few of them are asked at a time, so that lanes stay free for the others.
struct LaneTable {
    /// How many lanes and calls one host gets.
    struct Limits: Hashable, Sendable {
        /// Lanes that are opened at once, after an agent of the host has answered.
        ///
        /// Before that it is one: a driver that is part of the program reads all of its domains for
        /// each connection, and has no agents.
        let few: Int
        /// Lanes for readings.
        ///
        /// More than `few` are opened only where a call has waited. Changes and the host's own
        /// calls may open one more.
        let most: Int
        /// Unproven guests that are asked at a time, while none hangs.
        let unproven: Int

        /// A local daemon: opening a connection takes less than a millisecond.
        static let local = Limits(few: 4, most: 4, unproven: 3)
        /// Over ssh each connection is a process and a login.
        static let ssh = Limits(few: 1, most: 2, unproven: 1)
    }

    /// The most unproven guests that are asked at a time before an agent has answered, and while
    /// calls hang.
    static let fewUnproven = 2

    /// The most held calls with which unproven guests, proven guests and changes still start, and
    /// the most held calls of the host's own.
    static let mostHeld = (unproven: 10, proven: 12, changes: 14, host: 2)

    /// What a call may do.
    enum Admission: Hashable {
        /// It runs on this lane, which may still have to be opened.
        case start(lane: Int)
        /// It waits until another call returns.
        case wait
        /// It is not made: an earlier call to the same guest has not returned.
        case held
        /// It is not made: too many calls are held.
        case refused
    }

    /// How a call returned.
    enum Ending: Hashable {
        /// The agent or the host answered, be it with an error.
        case answered
        /// libvirt gave up on the agent, or on waiting for an earlier call to it.
        case unanswered
        /// The connection was lost, so that the daemon may still be waiting for the agent.
        case lost
    }

    private struct Call {
        let purpose: LaneCall
        let lane: Int
        let isUnproven: Bool
        let isProbe: Bool
        var isHeld = false
    }

    let limits: Limits
    private var calls: [Int: Call] = [:]
    private var lanes: Set<Int> = []
    private var lastLane = 0
    /// The lane that the host's events come over, which stays open while it is idle.
    private var mainLane: Int?
    /// Guests whose last call returned in time.
    private var proven: Set<String> = []
    /// Whether an agent of this host has answered since its main lane was added.
    private(set) var hasAnswered = false
    /// Guests that hang, as far as is known, in a call that is none of those in flight: one of an
    /// earlier run or of another program.
    private(set) var remembered: Set<String> = []
    /// Whether another run is asking a remembered guest.
    var isProbedElsewhere = false

    init(_ limits: Limits) {
        self.limits = limits
    }

    /// Whether a call to this guest is held.
    func isHeld(_ guest: String) -> Bool {
        calls.values.contains { $0.isHeld && $0.purpose.guest == guest }
    }

    /// What a call in flight is for, and whether it is held; nil once it has returned.
    func state(of id: Int) -> (purpose: LaneCall, isHeld: Bool)? {
        calls[id].map { ($0.purpose, $0.isHeld) }
    }

    /// Whether the guest's last call returned in time.
    func isProven(_ guest: String) -> Bool { proven.contains(guest) }

    /// How many calls to agents are held, those of others included.
    var heldAgentCalls: Int {
        let own = Set(calls.values.filter(\.isHeld).compactMap(\.purpose.guest))
        return own.union(remembered).count
    }

    /// How many of the host's own calls are held.
    var heldHostCalls: Int { calls.values.count { $0.isHeld && $0.purpose == .host } }

    /// Decides whether and where a call runs; where it starts, it is in flight from then on.
    ///
    /// - Parameter hasWaited: Whether it has waited long enough for an open lane.
    mutating func admit(_ id: Int, _ purpose: LaneCall, hasWaited: Bool = false) -> Admission {
        let admission = admission(of: purpose, hasWaited: hasWaited)
        guard case .start(let lane) = admission else { return admission }
        lastLane = max(lastLane, lane)
        lanes.insert(lane)
        var isUnproven = false
        var isProbe = false
        if case .reading(let guest) = purpose {
            isUnproven = !proven.contains(guest)
            isProbe = remembered.contains(guest)
        }
        calls[id] = Call(purpose: purpose, lane: lane, isUnproven: isUnproven, isProbe: isProbe)
        return admission
    }

    /// What `admit` would decide.
    func admission(of purpose: LaneCall, hasWaited: Bool) -> Admission {
        if let guest = purpose.guest, isHeld(guest) { return .held }
        let held = heldAgentCalls
        var most = limits.most
        switch purpose {
        case .host:
            guard heldHostCalls < Self.mostHeld.host else { return .refused }
            most += 1
        case .change:
            guard held < Self.mostHeld.changes else { return .refused }
            most += 1
        case .reading(let guest) where remembered.contains(guest):
            // One at a time: a call to a guest that still hangs keeps a worker for half a minute.
            if isProbedElsewhere || calls.values.contains(where: { $0.isProbe && $0.isHeld }) {
                return .held
            }
            guard !calls.values.contains(where: \.isProbe), hasRoomForUnproven else {
                return .wait
            }
        case .reading(let guest) where proven.contains(guest):
            guard held < Self.mostHeld.proven else { return .refused }
        case .reading:
            guard held < Self.mostHeld.unproven else { return .refused }
            guard hasRoomForUnproven else { return .wait }
        }
        // An open lane rather than a new one.
        let usable = usableLanes
        if let free = usable.filter(isFree).min() { return .start(lane: free) }
        guard usable.count < (hasWaited ? most : lanesAtOnce) else { return .wait }
        return .start(lane: lastLane + 1)
    }

    /// Whether there is a lane for any call at all.
    ///
    /// - Parameter hasWaited: As for `admit`.
    func hasLane(hasWaited: Bool) -> Bool {
        let usable = usableLanes
        return usable.count < (hasWaited ? limits.most + 1 : lanesAtOnce)
            || usable.contains(where: isFree)
    }

    /// Records that the time of a call is up; nothing happens if it has returned.
    mutating func hold(_ id: Int) {
        calls[id]?.isHeld = true
        if let guest = calls[id]?.purpose.guest { proven.remove(guest) }
    }

    /// Records that a call has returned, in time or not.
    ///
    /// - Returns: Its lane, if there are too many now and it is to be closed.
    mutating func finish(_ id: Int, _ ending: Ending) -> Int? {
        guard let call = calls.removeValue(forKey: id) else { return nil }
        if let guest = call.purpose.guest {
            switch ending {
            case .answered:
                remembered.remove(guest)
                if !call.isHeld {
                    proven.insert(guest)
                    hasAnswered = true
                }
            case .unanswered, .lost:
                proven.remove(guest)
                if call.isHeld { remembered.insert(guest) }
            }
        }
        guard usableLanes.count > limits.most + 1, call.lane != mainLane else { return nil }
        lanes.remove(call.lane)
        return call.lane
    }

    /// Drops a call that was never made, with its lane, which could not be opened.
    mutating func abandon(_ id: Int, lane: Int) {
        calls[id] = nil
        remove(lane: lane)
    }

    /// Whether a call in flight asks a guest that has not proven itself, and is not known to hang.
    func isUnproven(_ id: Int) -> Bool { calls[id].map { $0.isUnproven && !$0.isProbe } ?? false }

    /// Drops a call that was never made; its lane stays.
    mutating func withdraw(_ id: Int) {
        calls[id] = nil
    }

    // MARK: - Lanes

    /// Adds the lane of a connection that is open already.
    mutating func addMain() -> Int {
        lastLane += 1
        lanes.insert(lastLane)
        mainLane = lastLane
        hasAnswered = false
        return lastLane
    }

    /// Makes the main lane one like the others.
    mutating func releaseMain() {
        mainLane = nil
    }

    /// Removes a lane; a call on it stays in flight.
    mutating func remove(lane: Int) {
        lanes.remove(lane)
        if mainLane == lane { mainLane = nil }
    }

    /// Removes the lanes that carry no call.
    ///
    /// - Returns: Those lanes, to be closed.
    mutating func removeIdle() -> Set<Int> {
        let idle = lanes.filter { isFree($0) && $0 != mainLane }
        lanes.subtract(idle)
        return idle
    }

    // MARK: - Guests that hang in calls of others

    /// Replaces the guests that are known to hang in calls of others.
    mutating func remember(_ guests: Set<String>) {
        remembered = guests
        proven.subtract(guests)
    }

    /// Adds guests that are known to hang now, but for those that hang in calls of this run.
    mutating func learn(_ guests: Set<String>) {
        remember(remembered.union(guests.filter { !isHeld($0) }))
    }

    /// Forgets that a guest hangs: it has ended or started again.
    mutating func forget(_ guest: String) {
        remembered.remove(guest)
        proven.remove(guest)
    }

    private var lanesAtOnce: Int { hasAnswered ? limits.few : 1 }

    private var hasRoomForUnproven: Bool {
        let isSafe = hasAnswered && heldAgentCalls == 0
        let most = isSafe ? limits.unproven : min(Self.fewUnproven, limits.unproven)
        return calls.values.count { $0.isUnproven && !$0.isHeld } < most
    }

    /// The lanes that get calls: those without a held one.
    private var usableLanes: Set<Int> {
        lanes.subtracting(calls.values.filter(\.isHeld).map(\.lane))
    }

    private func isFree(_ lane: Int) -> Bool {
        !calls.values.contains { $0.lane == lane }
    }
}
