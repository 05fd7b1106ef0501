package import GuestVCPU
internal import SafeText

/// Keeps readings of all guests fresh, and carries out their transactions.
///
/// One timer serves all: a guest is asked by one task at a time, so a slow one delays only
/// itself. Nothing is asked and no timer runs while it is paused.
package actor FleetMonitor {
    private let sources: [any GuestSource]
    private var pace: PollPace
    let clock = ContinuousClock()

    private var order: [GuestID] = []
    private var members: [GuestID: MonitoredGuest] = [:]
    /// Changes under way or waiting, also of guests that are gone from the list; while there are
    /// any, the guest is not read beside them.
    private var commits: [GuestID: Int] = [:]
    private var sourceStatus: [SourceStatus]
    private var sourceNotes: [String?]
    private var sourceLeftOut: [[LeftOutGuest]]
    private var sourceGuests: [[GuestID]]
    private var shown: Set<GuestID> = []
    private var isPaused = false
    private var isRunning = false

    private var listeners: [Task<Void, Never>] = []
    private var timer: Task<Void, Never>?
    /// When the timer fires; nil where there is none.
    private var nextLook: ContinuousClock.Instant?
    /// Guests that are due and wait for room, the first one last.
    private var backlog: [GuestID] = []
    private var hostDue: ContinuousClock.Instant
    private var hostBusy: Set<Int> = []
    private var readsUnderWay = 0
    /// Everything that is being asked of guests and hosts, changes excepted.
    var exchanges: [Int: Task<Void, Never>] = [:]
    var lastExchange = 0
    /// Whether nothing new is to be asked.
    var isQuiet = false
    var idleWaiters: [CheckedContinuation<Void, Never>] = []

    private let publisher: SnapshotPublisher
    private var waiters: [CheckedContinuation<Void, Never>] = []

    /// The most readings under way at once; more guests wait for their turn.
    ///
    /// Each holds a file descriptor, of which a process often has no more than 1,024.
    private static let mostReads = 256
    /// The most guests of a source whose host side's note is told with the source.
    private static let mostHostNotes = 5
    /// For how long what a host has told counts as new.
    private static let recency = Duration.milliseconds(100)

    /// Creates a fleet that does nothing yet.
    ///
    /// - Parameters:
    ///   - sources: Where the guests come from, in the order to show them.
    ///   - pace: How often to ask.
    package init(sources: [any GuestSource], pace: PollPace = PollPace()) {
        self.sources = sources
        self.pace = pace
        sourceStatus = sources.map { _ in .pending }
        sourceNotes = sources.map { _ in nil }
        sourceLeftOut = sources.map { _ in [] }
        sourceGuests = sources.map { _ in [] }
        hostDue = clock.now
        publisher = SnapshotPublisher(clock: clock)
    }

    /// Every new state of the fleet, the newest only where the reader is slower.
    ///
    /// A few at once, ten a second as long as they keep coming, to one reader.
    package nonisolated var snapshots: AsyncStream<FleetSnapshot> { publisher.snapshots }

    /// Begins to ask.
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

    /// Ends asking; what is under way is left to its deadline, and its answer is dropped.
    package func stop() {
        isRunning = false
        timer?.cancel()
        for listener in listeners { listener.cancel() }
        listeners = []
        publisher.finish()
        resumeWaiters()
    }

    // MARK: - What the user does

    /// Says which guests are on the screen; those are asked more often.
    package func show(_ guests: Set<GuestID>) {
        guard guests != shown else { return }
        for id in guests.subtracting(shown) {
            guard let member = members[id] else { continue }
            let pause = pace.pause(isShown: true, failures: member.failures)
            members[id]?.due = min(member.due, (member.askedAt ?? clock.now) + pause)
        }
        shown = guests
        schedule()
    }

    /// Stops asking, or goes on, at once.
    package func setPaused(_ paused: Bool) {
        guard paused != isPaused else { return }
        isPaused = paused
        if !paused { hostDue = clock.now }
        schedule()
    }

    /// Says how often the host is asked.
    package func setInterval(_ interval: Duration) {
        pace.host = interval
        hostDue = min(hostDue, clock.now + interval)
        schedule()
    }

    /// Asks these guests now, even while paused, and which boot of them answers.
    package func refresh(_ guests: some Sequence<GuestID> & Sendable) {
        for id in guests where !isBusy(id) { read(id, withBoot: true) }
    }

    /// Carries out a change, with no reading of the same guest beside it.
    ///
    /// - Returns: Nil where there is no such guest, or where it may not be changed.
    package func commit(
        _ request: ChangeRequest, to id: GuestID, reviewed: GuestVCPUs?, policy: FailurePolicy,
        interruption: Interruption = Interruption(),
        follow: @escaping @Sendable (TransactionStep) async -> Void = { _ in }
    ) async -> TransactionResult? {
        guard let writer = members[id]?.guest.writer else { return nil }
        // An agent serves one client at a time: a reading beside the change would only be a
        // client that waits, or one that makes the change wait.
        commits[id, default: 0] += 1
        _ = await members[id]?.read?.value(unless: interruption)
        let runner = TransactionRunner(writer: writer, timeout: pace.timeout)
        let result = await runner.run(
            request, reviewed: reviewed, policy: policy, interruption: interruption,
            follow: follow)
        if let after = result.after, let last = members[id]?.reading {
            members[id]?.record(last.with(after), exchange: nil)
        }
        commits[id] = commits[id].flatMap { $0 > 1 ? $0 - 1 : nil }
        changed()
        if !isBusy(id) { read(id) }
        return result
    }

    /// Waits until every source has listed its guests and every guest was asked once, reads the
    /// hosts once more where they can have more or newer to tell, and says what is known then.
    package func settled() async -> FleetSnapshot {
        while isRunning, !isSettled || !hostBusy.isEmpty {
            await withCheckedContinuation { waiters.append($0) }
        }
        let recently = clock.now - Self.recency
        if !members.values.allSatisfy({ $0.hostHasTold(since: recently) }) { await readHosts() }
        return snapshot()
    }

    // MARK: - What the sources say

    private func apply(_ listing: SourceListing, from index: Int) {
        guard isRunning else { return }
        sourceStatus[index] = listing.status
        sourceNotes[index] = listing.note
        sourceLeftOut[index] = listing.leftOut
        var seen: Set<GuestID> = []
        let now = clock.now
        for guest in listing.guests where seen.insert(guest.id).inserted {
            if members[guest.id] == nil { members[guest.id] = MonitoredGuest(guest, due: now) }
            // The ways to it may be others: a connection that could only read may write now.
            members[guest.id]?.guest = guest
        }
        for id in sourceGuests[index] where !seen.contains(id) { members[id] = nil }
        for id in listing.needingRefresh { members[id]?.requestRefresh(at: now) }
        var listed: Set<GuestID> = []
        sourceGuests[index] = listing.guests.map(\.id).filter { listed.insert($0).inserted }
        order = sourceGuests.flatMap { $0 }
        changed()
        schedule()
    }

    // MARK: - Asking

    /// Starts everything that is due, and sets the timer for what comes next.
    func schedule() {
        timer?.cancel()
        timer = nil
        nextLook = nil
        backlog = []
        guard isRunning, !isPaused, !isQuiet else { return }
        let now = clock.now
        if hostDue <= now {
            hostDue = now + pace.host
            beginExchange { await $0.readHosts() }
        }
        var next = hostDue
        // Those on the screen first, where there is not room for all.
        for id in order.filter(shown.contains) + order.filter({ !shown.contains($0) }) {
            guard let member = members[id], !isBusy(id) else { continue }
            if member.due > now {
                next = min(next, member.due)
            } else if readsUnderWay < Self.mostReads {
                read(id)
            } else {
                backlog.append(id)
            }
        }
        backlog.reverse()
        look(noLaterThan: next)
    }

    /// Reads guests that have waited for room; looks at no others.
    private func readBacklog() {
        guard isRunning, !isPaused, !isQuiet else { return }
        while readsUnderWay < Self.mostReads, let id = backlog.popLast() {
            if let member = members[id], !isBusy(id), member.due <= clock.now { read(id) }
        }
    }

    /// Has the timer fire at this instant at the latest.
    private func look(noLaterThan next: ContinuousClock.Instant) {
        guard isRunning, !isPaused, !isQuiet else { return }
        if let nextLook, nextLook <= next { return }
        nextLook = next
        timer?.cancel()
        timer = Task { [weak self, clock] in
            // Readings that fall due together are made in one wake-up.
            try? await clock.sleep(until: next, tolerance: .milliseconds(20))
            guard !Task.isCancelled else { return }
            await self?.schedule()
        }
    }

    /// Whether something is being asked of a guest.
    private func isBusy(_ id: GuestID) -> Bool { members[id]?.read != nil || commits[id] != nil }

    private func read(_ id: GuestID, withBoot: Bool = false) {
        guard isRunning, !isQuiet, let guest = members[id]?.guest else { return }
        readsUnderWay += 1
        let timeout = pace.timeout
        let start = clock.now
        members[id]?.askedAt = start
        members[id]?.needsRefresh = false
        members[id]?.read = beginExchange { [clock] fleet in
            do throws(AgentError) {
                let reader = guest.reader
                let reading =
                    withBoot
                    ? try await reader.readWithBoot(timeout: timeout)
                    : try await reader.read(timeout: timeout)
                fleet.finishRead(id, start) {
                    $0.record(reading, exchange: start.duration(to: clock.now))
                }
            } catch {
                fleet.finishRead(id, start) { $0.record(error) }
            }
        }
    }

    private func finishRead(
        _ id: GuestID, _ start: ContinuousClock.Instant, _ record: (inout MonitoredGuest) -> Void
    ) {
        readsUnderWay -= 1
        guard isRunning else { return }
        // One that left the list and came again meanwhile may be another machine.
        if var member = members[id], member.askedAt == start {
            // What the fleet itself has cancelled says nothing of the guest.
            if Task.isCancelled { member.needsRefresh = true } else { record(&member) }
            member.read = nil
            let pause = pace.pause(isShown: shown.contains(id), failures: member.failures)
            member.due = member.needsRefresh ? clock.now : clock.now + pause
            members[id] = member
            if member.needsRefresh { backlog.append(id) }
            changed()
            look(noLaterThan: member.due)
        }
        readBacklog()
    }

    /// Asks every source for the host's side of its guests, those that still owe an answer to
    /// the last question excepted.
    private func readHosts() async {
        let timeout = pace.timeout
        await withTaskGroup(of: (Int, [GuestID: HostObservation]).self) { group in
            for (index, source) in sources.enumerated() where !hostBusy.contains(index) {
                hostBusy.insert(index)
                group.addTask { (index, await source.readHost(timeout: timeout)) }
            }
            for await (index, observations) in group {
                hostBusy.remove(index)
                guard !Task.isCancelled else { continue }
                for id in sourceGuests[index] { members[id]?.record(observations[id]) }
            }
        }
        changed()
    }

    // MARK: - Publishing

    private var isSettled: Bool {
        !sourceStatus.contains(.pending) && members.values.allSatisfy { $0.agent != .pending }
    }

    private func changed() {
        guard isRunning else { return }
        if isSettled { resumeWaiters() }
        publisher.publish { [weak self] in await self?.snapshot() }
    }

    private func resumeWaiters() {
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    func snapshot() -> FleetSnapshot {
        FleetSnapshot(
            takenAt: clock.now, sources: sources.indices.map(state(ofSource:)),
            guests: order.compactMap { members[$0]?.state })
    }

    private func state(ofSource index: Int) -> SourceState {
        let leftOut = sourceLeftOut[index]
        // A guest of libvirt's that its own connection lists is not left out.
        let listed = leftOut.isEmpty ? [] : Set(order.compactMap(\.uuid))
        let hostNotes = sourceGuests[index].compactMap { id in
            members[id]?.hostNote.map { "guest '\(id.name)': \($0)" }
        }
        let notes = [sourceNotes[index]].compactMap { $0 } + hostNotes.prefix(Self.mostHostNotes)
        return SourceState(
            id: sources[index].id, status: sourceStatus[index],
            leftOut: leftOut.filter { guest in guest.uuid.map(listed.contains) != true },
            note: notes.isEmpty ? nil : notes.joined(separator: "; ").printable(limit: 1_000))
    }
}
