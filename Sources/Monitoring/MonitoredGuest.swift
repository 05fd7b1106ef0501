internal import GuestVCPU

/// What the fleet keeps of one guest.
///
/// A class, so that a new reading copies nothing; only the actor that owns it uses it.
final class MonitoredGuest {
    var guest: Guest
    /// Whether a source still lists it.
    var isListed = true
    /// Whether it is on the screen.
    var isShown = false
    /// Whether it is in the queue of the guests to be read.
    var isWaiting = false
    /// Whether it has changed since the last update was made.
    var isChanged = false
    var runState = RunState.unknown
    var agent = AgentStatus.pending
    var reading: AgentReading?
    var exchange: Duration?
    var host = HostTrack()
    /// Why the host's side is less than was asked for.
    var hostNote: String?
    /// Readings that failed since the last that did not.
    var failures = 0
    /// When it is to be read next.
    var due: ContinuousClock.Instant
    /// When its last reading began; nil before the first.
    var askedAt: ContinuousClock.Instant?
    /// The reading under way.
    var read: Task<Void, Never>?
    /// Conclusions from the readings so far.
    private var judgement = GuestJudgement()
    /// Whether an event since its last reading began asks for another one.
    var needsRefresh = false

    /// Where it waits to be read.
    var queue: DueQueue.Kind { failures > 0 ? .failing : isShown ? .shown : .hidden }

    /// Whether the host has reported its state and its vCPUs at this instant or later.
    func hostHasTold(since instant: ContinuousClock.Instant) -> Bool {
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
            judgement: judgement)
    }

    /// Has it read at once, or as soon as the reading under way has ended.
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
        // A guest is not left alone for what this program lacks.
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
