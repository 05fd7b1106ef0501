package import GuestVCPU
internal import SafeText

/// Reads all guests periodically, and carries out their transactions.
///
/// One timer starts all readings. Each guest is read by one task at a time, so a slow guest delays
/// only itself. While the monitor is paused, no reading begins and no timer runs.
package actor FleetMonitor {
    private let sources: [any GuestSource]
    var pace: PollPace
    let clock = ContinuousClock()

    private(set) var members: [GuestID: MonitoredGuest] = [:]
    /// The number of changes of each guest that run or wait, also of guests that have left the
    /// list.
    ///
    /// While a guest has any, it is not read.
    private var commits: [GuestID: Int] = [:]
    private var sourceStatus: [SourceStatus]
    private var sourceNotes: [String?]
    private var sourceLeftOut: [[LeftOutGuest]]
    /// The guests of each source, in its order.
    private var sourceGuests: [[MonitoredGuest]]
    private var shown: Set<GuestID> = []
    var isPaused = false
    var isRunning = false

    private var listeners: [Task<Void, Never>] = []
    var timer: FleetTimer?
    var hostDue: ContinuousClock.Instant
    private var hostBusy: Set<Int> = []
    /// The machines that run the guests; none where they are not to be read.
    var physicalHosts: [PhysicalHostTrack]
    var readsUnderWay = 0
    /// How many of the running readings are of guests whose last reading failed.
    var failingReadsUnderWay = 0
    var requestedQueue = DueQueue()
    var shownQueue = DueQueue()
    var hiddenQueue = DueQueue()
    var failingQueue = DueQueue()
    /// How many guests have been read for the first time.
    var firstReads = 0
    /// How many guests have never been read.
    var pendingCount = 0
    /// The running exchanges with guests and hosts, except changes.
    var exchanges: [Int: Task<Void, Never>] = [:]
    var lastExchange = 0
    /// Whether no exchange may begin.
    var isQuiet = false
    var idleWaiters: [CheckedContinuation<Void, Never>] = []

    private let publisher: UpdatePublisher
    /// The guests that have changed since the last update.
    private var changedGuests: [MonitoredGuest] = []
    /// Whether the list of guests has changed since the last update.
    private var isListingChanged = true
    private var haveSourcesChanged = true
    private var waiters: [CheckedContinuation<Void, Never>] = []

    /// The most guests of a source whose notes about the host's side become part of its note.
    private static let mostHostNotes = 5
    /// How long a reading of the host counts as recent.
    private static let recency = Duration.seconds(1)

    /// Creates a monitor; it does not read yet.
    ///
    /// - Parameters:
    ///   - sources: The sources of guests, in the order to show them.
    ///   - pace: The intervals of the readings.
    ///   - readsPhysicalHosts: Whether to read the CPUs of the machines too, at each reading of the
    ///     host.
    package init(
        sources: [any GuestSource], pace: PollPace = PollPace(), readsPhysicalHosts: Bool = false
    ) {
        self.sources = sources
        self.pace = pace
        sourceStatus = sources.map { _ in .pending }
        sourceNotes = sources.map { _ in nil }
        sourceLeftOut = sources.map { _ in [] }
        sourceGuests = sources.map { _ in [] }
        physicalHosts = readsPhysicalHosts ? PhysicalHostTrack.tracks(of: sources) : []
        hostDue = clock.now
        publisher = UpdatePublisher(clock: clock)
    }

    /// A value whenever something has changed, for one reader; `update()` returns the changes.
    ///
    /// See `UpdatePublisher` for the rate.
    package nonisolated var changes: AsyncStream<Void> { publisher.changes }

    /// The changes since the last call.
    package func update() -> FleetUpdate {
        let guests = changedGuests.filter(\.isListed).map(\.state)
        for member in changedGuests { member.isChanged = false }
        changedGuests = []
        let order = isListingChanged ? sourceGuests.flatMap { $0.map(\.guest.id) } : nil
        let sources = haveSourcesChanged ? sourceStates : nil
        isListingChanged = false
        haveSourcesChanged = false
        return FleetUpdate(
            takenAt: clock.now, sources: sources, order: order, guests: guests,
            hosts: changedPhysicalHosts())
    }

    /// Begins to read.
    package func start() {
        guard !isRunning else { return }
        isRunning = true
        for (index, source) in sources.enumerated() {
            listeners.append(
                Task { [weak self] in
                    for await listing in source.listings() {
                        await self?.apply(listing, from: index)
                    }
                })
        }
        schedule()
    }

    /// Ends the readings; exchanges that run now end by their deadlines, and their answers are
    /// dropped.
    package func stop() {
        isRunning = false
        timer?.cancel()
        for listener in listeners { listener.cancel() }
        listeners = []
        publisher.finish()
        resumeWaiters()
    }

    // MARK: - The user's actions

    /// Sets which guests are on the screen; they are read more often.
    package func show(_ guests: Set<GuestID>) {
        guard guests != shown else { return }
        for id in shown.subtracting(guests) {
            guard let member = members[id] else { continue }
            member.isShown = false
            enqueue(member)
        }
        for id in guests.subtracting(shown) {
            guard let member = members[id] else { continue }
            member.isShown = true
            let pause = pace.pause(isShown: true, failures: member.failures)
            member.due = min(member.due, (member.askedAt ?? clock.now) + pause)
            enqueue(member)
        }
        shown = guests
        schedule()
    }

    /// Pauses or resumes the readings, at once.
    package func setPaused(_ paused: Bool) {
        guard paused != isPaused else { return }
        isPaused = paused
        if paused {
            // What waits for the next reading of the host would wait for the end of the pause.
            if !changedGuests.isEmpty { publish() }
        } else {
            hostDue = clock.now
        }
        schedule()
    }

    /// Sets the interval of the host's readings.
    package func setInterval(_ interval: Duration) {
        pace.host = interval
        hostDue = min(hostDue, clock.now + interval)
        schedule()
    }

    /// Reads these guests and their boot ids before all others, even while paused; a guest that is
    /// read or changed now is read right after that.
    package func refresh(_ guests: some Sequence<GuestID> & Sendable) {
        for id in guests {
            guard let member = members[id] else { continue }
            member.needsBoot = true
            requestReading(of: member)
        }
    }

    /// Reads a guest before those that are read periodically, as soon as there is room.
    func requestReading(of member: MonitoredGuest) {
        member.isRequested = true
        member.due = clock.now
        enqueue(member)
        schedule()
    }

    /// Carries out a change; the same guest is not read meanwhile.
    ///
    /// - Parameter journal: Where the change is recorded; nil for no record.
    /// - Returns: Nil where there is no such guest, or it may not be changed.
    package func commit(
        _ request: ChangeRequest, to id: GuestID, reviewed: GuestVCPUs?, policy: FailurePolicy,
        journal: (any ChangeJournal)? = nil,
        interruption: Interruption = Interruption(),
        follow: @escaping @Sendable (TransactionStep) async -> Void = { _ in }
    ) async -> TransactionResult? {
        guard let writer = members[id]?.guest.writer else { return nil }
        // An agent serves one client at a time: a concurrent reading would wait for the change, or
        // make the change wait.
        commits[id, default: 0] += 1
        _ = await members[id]?.read?.value(unless: interruption)
        let runner = TransactionRunner(writer: writer, timeout: pace.timeout, journal: journal)
        let result = await runner.run(
            request, reviewed: reviewed, policy: policy, interruption: interruption,
            follow: follow)
        commits[id] = commits[id].flatMap { $0 > 1 ? $0 - 1 : nil }
        guard let member = members[id] else { return result }
        if let after = result.after, let last = member.reading {
            member.record(last.with(after), exchange: nil)
        }
        markChanged(member)
        publish()
        requestReading(of: member)
        return result
    }

    /// Waits until every source has listed its guests and every guest was read once, and returns
    /// the state.
    ///
    /// The hosts are read once more where a guest has no recent reading of them.
    package func settled() async -> FleetSnapshot {
        await wait { !self.isSettled || !self.hostBusy.isEmpty }
        let recently = clock.now - Self.recency
        if !members.values.allSatisfy({ $0.hasRecentHost(since: recently) }) { await readHosts() }
        return snapshot()
    }

    /// Waits for as long as a condition holds, which is looked at whenever something has changed.
    func wait(while condition: () -> Bool) async {
        while isRunning, condition() {
            await withCheckedContinuation { waiters.append($0) }
        }
    }

    // MARK: - Listings

    private func apply(_ listing: SourceListing, from index: Int) {
        guard isRunning else { return }
        sourceStatus[index] = listing.status
        sourceNotes[index] = listing.note
        sourceLeftOut[index] = listing.leftOut
        haveSourcesChanged = true
        let now = clock.now
        var seen: Set<GuestID> = []
        var listed: [MonitoredGuest] = []
        for guest in listing.guests where seen.insert(guest.id).inserted {
            let member = members[guest.id] ?? addMember(guest, due: now)
            member.hostID = sources[index].hostID
            // Its reader and writer may be new: a read-only connection may write now.
            let hasChanged =
                (member.guest.writer == nil) != (guest.writer == nil)
                || member.guest.owner != guest.owner
            member.guest = guest
            if hasChanged { markChanged(member) }
            listed.append(member)
        }
        for member in sourceGuests[index] where !seen.contains(member.guest.id) { remove(member) }
        for id in listing.needingRefresh {
            guard let member = members[id] else { continue }
            member.requestRefresh(at: now)
            enqueue(member)
        }
        if !listed.elementsEqual(sourceGuests[index], by: ===) { isListingChanged = true }
        sourceGuests[index] = listed
        publish()
        schedule()
    }

    private func addMember(_ guest: Guest, due: ContinuousClock.Instant) -> MonitoredGuest {
        let member = MonitoredGuest(guest, due: due)
        member.isShown = shown.contains(guest.id)
        members[guest.id] = member
        pendingCount += 1
        markChanged(member)
        enqueue(member)
        return member
    }

    private func remove(_ member: MonitoredGuest) {
        // Two sources may have listed it.
        guard member.isListed else { return }
        members[member.guest.id] = nil
        member.isListed = false
        if member.agent == .pending { pendingCount -= 1 }
    }

    // MARK: - The host

    /// Whether a reading or a change of a guest runs.
    func isBusy(_ member: MonitoredGuest) -> Bool {
        member.read != nil || commits[member.guest.id] != nil
    }

    /// Begins to read the host's side of all guests.
    @discardableResult
    func beginReadingHosts() -> Task<Void, Never> {
        let number = beginExchange()
        let task = Task {
            defer { endExchange(number) }
            await readHosts()
        }
        exchanges[number] = task
        return task
    }

    /// Reads the host's side of all guests, except from sources whose last reading still runs.
    func readHosts() async {
        async let physicalHosts: Void = readPhysicalHosts()
        let timeout = pace.timeout
        await withTaskGroup(of: (Int, [GuestID: HostObservation]).self) { group in
            for (index, source) in sources.enumerated() where !hostBusy.contains(index) {
                hostBusy.insert(index)
                group.addTask { (index, await source.readHost(timeout: timeout)) }
            }
            for await (index, observations) in group {
                hostBusy.remove(index)
                guard !Task.isCancelled else { continue }
                for member in sourceGuests[index] {
                    record(observations[member.guest.id], of: member)
                }
            }
        }
        await physicalHosts
        publish()
    }

    private func record(_ observation: HostObservation?, of member: MonitoredGuest) {
        if member.hostNote != observation?.note { haveSourcesChanged = true }
        member.record(observation)
        markChanged(member)
    }

    // MARK: - Publishing

    private var isSettled: Bool { !sourceStatus.contains(.pending) && pendingCount == 0 }

    /// Adds a guest to the next update.
    func markChanged(_ member: MonitoredGuest) {
        guard !member.isChanged else { return }
        member.isChanged = true
        changedGuests.append(member)
    }

    /// Reports that something has changed.
    func publish() {
        guard isRunning else { return }
        if isSettled { resumeWaiters() }
        publisher.publish()
    }

    private func resumeWaiters() {
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    func snapshot() -> FleetSnapshot {
        FleetSnapshot(
            takenAt: clock.now, sources: sourceStates,
            guests: sourceGuests.flatMap { $0.map(\.state) },
            hosts: physicalHosts.compactMap(\.state))
    }

    private var sourceStates: [SourceState] {
        // A guest that one source leaves out may be listed by another one.
        let hasLeftOut = sourceLeftOut.contains { !$0.isEmpty }
        let listed = hasLeftOut ? Set(members.keys.compactMap(\.uuid)) : []
        return sources.indices.map { state(ofSource: $0, listed: listed) }
    }

    private func state(ofSource index: Int, listed: Set<String>) -> SourceState {
        var notes: [String] = []
        for member in sourceGuests[index] {
            guard let note = member.hostNote else { continue }
            notes.append("guest '\(member.guest.id.name)': \(note)")
            if notes.count == Self.mostHostNotes { break }
        }
        if let note = sourceNotes[index] { notes.insert(note, at: 0) }
        return SourceState(
            id: sources[index].id, status: sourceStatus[index],
            leftOut: sourceLeftOut[index].filter { $0.uuid.map(listed.contains) != true },
            note: notes.isEmpty ? nil : notes.joined(separator: "; ").printable(limit: 1_000))
    }
}
