internal import GuestVCPU

/// Which agent calls run on which connection, as a table: no connection, no clock.
///
/// libvirt waits for an agent for ever. A call that has not returned when its time is up keeps its
/// thread, its connection and one of the daemon's workers (20, by default), and nothing but the
/// agent can end it. So its guest is left alone, its connection gets no further calls, and how
/// many such calls there may be is limited.
struct LaneTable {
    /// The most connections that take calls, one at a time each.
    static let mostLanes = 8
    /// How many are opened before a call has waited: agents that answer soon keep no more busy, and
    /// to open one costs both sides more than a call does.
    static let fewLanes = 3
    /// The most calls that were given up and have not returned.
    static let mostGivenUp = 8

    /// What becomes of a call that somebody wants to make.
    enum Admission: Hashable {
        /// It is made on this connection, which may still have to be opened.
        case start(lane: Int)
        /// It waits until another returns.
        case wait
        /// It is not made: an earlier one to the same guest has not returned.
        case quarantined
        /// It is not made: too many others were given up and have not returned.
        case exhausted
    }

    private struct Call {
        let guest: String
        let lane: Int
        var isGivenUp = false
    }

    private var calls: [Int: Call] = [:]
    private var lanes: Set<Int> = []
    private var lastLane = 0

    /// Whether a call to this guest was given up and has not returned.
    func isQuarantined(_ guest: String) -> Bool {
        calls.values.contains { $0.isGivenUp && $0.guest == guest }
    }

    /// The guest of a call that was given up and has not returned; nil for any other call.
    func guestGivenUp(by id: Int) -> String? {
        calls[id].flatMap { $0.isGivenUp ? $0.guest : nil }
    }

    /// Says whether and where a call may be made; it is in flight then.
    ///
    /// - Parameter hasWaited: Whether it has waited long enough for one of a few connections.
    mutating func admit(_ id: Int, guest: String, hasWaited: Bool = false) -> Admission {
        guard !isQuarantined(guest) else { return .quarantined }
        guard calls.values.count(where: \.isGivenUp) < Self.mostGivenUp else { return .exhausted }
        let usable = usableLanes
        let lane: Int
        // One that is open already, rather than a new one.
        if let free = usable.filter(isFree).min() {
            lane = free
        } else if usable.count < (hasWaited ? Self.mostLanes : Self.fewLanes) {
            lastLane += 1
            lane = lastLane
            lanes.insert(lane)
        } else {
            return .wait
        }
        calls[id] = Call(guest: guest, lane: lane)
        return .start(lane: lane)
    }

    /// Takes in that the time of a call is up; nothing happens if it has returned.
    mutating func giveUp(_ id: Int) {
        calls[id]?.isGivenUp = true
    }

    /// Takes in that a call has returned, in time or not.
    ///
    /// - Returns: Its connection, if that is one too many now and is to be closed.
    mutating func finish(_ id: Int) -> Int? {
        guard let lane = calls.removeValue(forKey: id)?.lane else { return nil }
        guard usableLanes.count > Self.mostLanes else { return nil }
        lanes.remove(lane)
        return lane
    }

    /// Takes out the connections that carry no call.
    ///
    /// - Returns: They, to be closed.
    mutating func removeIdle() -> Set<Int> {
        let idle = lanes.filter(isFree)
        lanes.subtract(idle)
        return idle
    }

    /// The connections that get calls: those without one that was given up.
    private var usableLanes: Set<Int> {
        lanes.subtracting(calls.values.filter(\.isGivenUp).map(\.lane))
    }

    private func isFree(_ lane: Int) -> Bool {
        !calls.values.contains { $0.lane == lane }
    }
}
