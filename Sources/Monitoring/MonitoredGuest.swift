internal import GuestVCPU

/// The state of one guest in the monitor.
///
/// It is a class, so that a new reading copies nothing; only the monitor uses it.
final class MonitoredGuest {
    var guest: Guest
    /// The machine that runs it.
    var hostID: HostID?
    /// Whether a source still lists the guest.
    var isListed = true
    /// Whether the guest is on the screen.
    var isShown = false
    /// Whether the guest is in a queue.
    var isWaiting = false
    /// How often the guest was inserted into a queue; only its last entry counts.
    var entryCount = 0
    /// Whether the guest has changed since the last update.
    var isChanged = false
    var runState = RunState.unknown
    var agent = AgentStatus.pending
    var reading: AgentReading?
    var exchange: Duration?
    var host = HostTrack()
    /// Why the host's side is incomplete, printable; nil where it is complete.
    var hostNote: String?
    /// How many readings have failed since the last good one.
    var failures = 0
    /// When the next reading is due.
    var due: ContinuousClock.Instant
    /// When the last reading began; nil before the first.
    var askedAt: ContinuousClock.Instant?
    /// The running reading.
    var read: Task<Void, Never>?
    /// Conclusions from the readings so far.
    private var judgement = GuestJudgement()
    /// Whether an event since the last reading began requires another one.
    var needsRefresh = false
    /// Whether the user's action requires a reading, even while paused.
    var isRequested = false
    /// Whether the next reading has to tell the guest's boot too.
    var needsBoot = false

    /// The queue in which the guest waits.
    var queue: DueQueue.Kind {
        isRequested ? .requested : failures > 0 ? .failing : isShown ? .shown : .hidden
    }

    /// Whether the host has reported the guest's state and vCPUs at this instant or later.
    func hasRecentHost(since instant: ContinuousClock.Instant) -> Bool {
        guard runState != .unknown, let host = host.state else { return false }
        return host.reading.readAt >= instant
    }

    init(_ guest: Guest, due: ContinuousClock.Instant) {
        self.guest = guest
        self.due = due
    }

    var state: GuestState {
        GuestState(
            id: guest.id, owner: guest.owner, runState: runState, agent: agent, reading: reading,
            exchange: exchange, host: host.state, isWritable: guest.writer != nil,
            hostID: hostID, judgement: judgement)
    }

    /// Whether the guest still says what it said in an earlier reading.
    func hasSameState(as earlier: GuestVCPUs?) -> Bool {
        guard let earlier, let vcpus = reading?.vcpus else {
            return reading == nil && earlier == nil
        }
        return vcpus.hasSameState(as: earlier)
    }

    /// Makes the next reading due at once, or as soon as the running one has ended.
    func requestRefresh(at now: ContinuousClock.Instant) {
        due = now
        needsRefresh = true
    }

    func record(_ reading: AgentReading, exchange: Duration?) {
        agent = .ok
        failures = 0
        self.reading = reading
        if let exchange { self.exchange = exchange }
        host.pair(with: reading)
        judge()
    }

    func record(_ error: AgentError) {
        agent = .failed(error)
        // A shortage of this program does not delay the guest's next reading.
        if !error.isOurs { failures += 1 }
        guard let reading, !reading.firmwareIndices.isEmpty else { return }
        self.reading = reading.withoutFirmware
        host.pair(with: reading.withoutFirmware)
    }

    func record(_ observation: HostObservation?) {
        runState = observation?.state ?? .unknown
        hostNote = observation?.note
        host.record(observation?.reading, guest: reading)
        judge()
    }

    private func judge() {
        judgement.update(runState: runState, guest: reading?.vcpus, host: host.state)
    }
}
