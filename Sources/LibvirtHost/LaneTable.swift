/// The purpose of a call over a lane.
enum LaneCall: Hashable, Sendable {
    /// The host's list or statistics.
    case host
    /// A reading of this guest (its UUID).
    case reading(String)
    /// A change of this guest, or a reading that belongs to one.
    case change(String)

    /// The guest whose agent the call asks; nil for the host's own calls.
    var guest: String? {
        switch self {
        case .host: nil
        case .reading(let guest), .change(let guest): guest
        }
    }
}

/// Decides which call runs on which connection (lane).
///
/// It is a pure table, without connections and clocks.
///
/// libvirt waits for an agent for ever. A call that misses its deadline keeps its thread, its
/// connection and one of the daemon's workers (20 by default), and only the agent can end it. Such
/// a call is *held*. Its guest and its lane get no further calls, and the number of held calls is
/// limited. Guests that have not answered yet, or did not answer last time, are *unproven*: few of
/// them are asked at a time, so that lanes stay free for the others.
struct LaneTable {
    /// The limits of one host.
    struct Limits: Hashable, Sendable {
        /// The number of lanes that calls open without a wait, after an agent of the host has
        /// answered.
        ///
        /// Before that it is one. libvirt's test driver has no agents, and reads a file with all of
        /// its domains for each connection.
        let few: Int
        /// The number of lanes for readings.
        ///
        /// Calls open more than `few` only after a wait. Changes and the host's own calls can open
        /// one more.
        let most: Int
        /// How many unproven guests are asked at a time while no call hangs.
        let unproven: Int

        /// The limits of a local daemon, which opens a connection in less than a millisecond.
        static let local = Limits(few: 4, most: 4, unproven: 3)
        /// The limits over ssh, where each connection takes a process and a login.
        static let ssh = Limits(few: 1, most: 2, unproven: 1)
    }

    /// How many unproven guests are asked at a time before an agent has answered, and while calls
    /// hang.
    static let fewUnproven = 2

    /// The numbers of held calls to agents at which no further call to an unproven guest, to a
    /// proven guest and for a change starts, and the same for the host's own calls.
    static let mostHeld = (unproven: 10, proven: 12, changes: 14, host: 2)

    /// The admission of a call.
    enum Admission: Hashable {
        /// The call runs on this lane, which can still be closed.
        case start(lane: Int)
        /// The call waits until another one returns.
        case wait
        /// The call fails: an earlier call to the same guest has not returned.
        case held
        /// The call fails: too many calls are held.
        case refused
    }

    /// How a call returned.
    enum Ending: Hashable {
        /// The agent or the host answered, perhaps with an error.
        case answered
        /// libvirt reported that the agent does not respond, or that an earlier call to it has not
        /// ended.
        case unanswered
        /// The connection was lost; the daemon can still be waiting for the agent.
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
    /// The lane that also receives the host's events; it stays open while it is idle.
    private var mainLane: Int?
    /// The guests whose last call returned in time.
    private var proven: Set<String> = []
    /// Whether an agent of this host has answered since its main lane was added.
    private(set) var hasAnswered = false
    /// Guests that hang in a call of an earlier run or of another program, as far as we know.
    private(set) var remembered: Set<String> = []
    /// Whether another run may be asking a remembered guest.
    var isProbedElsewhere = false

    init(_ limits: Limits) {
        self.limits = limits
    }

    /// Whether a call to this guest is held.
    func isHeld(_ guest: String) -> Bool {
        calls.values.contains { $0.isHeld && $0.purpose.guest == guest }
    }

    /// The purpose of a call in flight, and whether the call is held; nil after it has returned.
    func state(of id: Int) -> (purpose: LaneCall, isHeld: Bool)? {
        calls[id].map { ($0.purpose, $0.isHeld) }
    }

    /// Whether the guest's last call returned in time.
    func isProven(_ guest: String) -> Bool { proven.contains(guest) }

    /// How many calls to agents are held, including those of other runs.
    var heldAgentCalls: Int {
        let own = Set(calls.values.filter(\.isHeld).compactMap(\.purpose.guest))
        return own.union(remembered).count
    }

    /// How many of the host's own calls are held.
    var heldHostCalls: Int { calls.values.count { $0.isHeld && $0.purpose == .host } }

    /// Admits a call.
    ///
    /// A call that starts is in flight from then on.
    ///
    /// - Parameter hasWaited: Whether the call has waited long enough for one of a few lanes.
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

    /// The result that `admit` would give.
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
            // Ask one at a time: a call to a guest that still hangs keeps a worker for half a
            // minute.
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
        // Prefer an open lane to a new one.
        let usable = usableLanes
        if let free = usable.filter(isFree).min() { return .start(lane: free) }
        guard usable.count < (hasWaited ? most : lanesAtOnce) else { return .wait }
        return .start(lane: lastLane + 1)
    }

    /// Whether any call could get a lane now.
    ///
    /// - Parameter hasWaited: As for `admit`.
    func hasLane(hasWaited: Bool) -> Bool {
        let usable = usableLanes
        return usable.count < (hasWaited ? limits.most + 1 : lanesAtOnce)
            || usable.contains(where: isFree)
    }

    /// Records that a call has missed its deadline; does nothing if the call has returned.
    mutating func hold(_ id: Int) {
        calls[id]?.isHeld = true
        if let guest = calls[id]?.purpose.guest { proven.remove(guest) }
    }

    /// Records that a call has returned, in time or not.
    ///
    /// - Returns: The lane of the call, if there are too many lanes and the caller must close it.
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

    /// Drops a call that was never made, and its lane, which could not be opened.
    mutating func abandon(_ id: Int, lane: Int) {
        calls[id] = nil
        remove(lane: lane)
    }

    /// Whether a call in flight asks an unproven guest that is not known to hang.
    func isUnproven(_ id: Int) -> Bool { calls[id].map { $0.isUnproven && !$0.isProbe } ?? false }

    /// Drops a call that was never made; keeps its lane.
    mutating func withdraw(_ id: Int) {
        calls[id] = nil
    }

    // MARK: - Lanes

    /// Adds an open connection as the main lane.
    mutating func addMain() -> Int {
        lastLane += 1
        lanes.insert(lastLane)
        mainLane = lastLane
        hasAnswered = false
        return lastLane
    }

    /// Turns the main lane into an ordinary one.
    mutating func releaseMain() {
        mainLane = nil
    }

    /// Removes a lane.
    ///
    /// A call on it stays in flight.
    mutating func remove(lane: Int) {
        lanes.remove(lane)
        if mainLane == lane { mainLane = nil }
    }

    /// Removes the lanes that carry no call.
    ///
    /// - Returns: The removed lanes, which the caller must close.
    mutating func removeIdle() -> Set<Int> {
        let idle = lanes.filter { isFree($0) && $0 != mainLane }
        lanes.subtract(idle)
        return idle
    }

    // MARK: - Guests that hang in calls of others

    /// Replaces the set of guests that hang in calls of other runs.
    mutating func remember(_ guests: Set<String>) {
        remembered = guests
        proven.subtract(guests)
    }

    /// Adds guests that hang in calls of other runs; ignores guests that hang in calls of this run.
    mutating func learn(_ guests: Set<String>) {
        remember(remembered.union(guests.filter { !isHeld($0) }))
    }

    /// Forgets that a guest hangs: it has ended or restarted.
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

    /// The lanes without a held call.
    private var usableLanes: Set<Int> {
        lanes.subtracting(calls.values.filter(\.isHeld).map(\.lane))
    }

    private func isFree(_ lane: Int) -> Bool {
        !calls.values.contains { $0.lane == lane }
    }
}
