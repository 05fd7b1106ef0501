internal import GuestVCPU

extension FleetMonitor {
    // MARK: - Reading guests

    /// The most concurrent readings; other guests wait.
    ///
    /// Each reading holds a file descriptor, of which a process often may open only 1,024.
    private static let mostReads = 256
    /// The most concurrent readings of guests whose last reading failed: each of these may take
    /// until its deadline.
    private static let mostFailingReads = 64
    /// How long an answer of a guest off the screen may wait to be published.
    private static let longestWait = Duration.seconds(2)
    /// How much earlier than due a guest may be read, so that one wake-up serves several guests.
    private static let slack = Duration.milliseconds(50)
    /// The same where the hosts are read: guests that are due soon join them.
    private static let mostHostSlack = Duration.milliseconds(500)

    /// Inserts a guest into its queue, unless a reading or a change of it runs.
    func enqueue(_ member: MonitoredGuest) {
        guard member.isListed, !isBusy(member) else { return }
        switch member.queue {
        case .requested: requestedQueue.insert(member)
        case .shown: shownQueue.insert(member)
        case .hidden: hiddenQueue.insert(member)
        case .failing: failingQueue.insert(member)
        }
    }

    /// Begins all readings that are due, and sets the timer for the next one.
    ///
    /// While paused, only the readings that were requested begin.
    func schedule() {
        let now = clock.now
        let isHostDue = hostDue <= now + Self.slack
        let slack = isHostDue && !isPaused ? min(pace.host / 2, Self.mostHostSlack) : Self.slack
        if isRunning, !isQuiet {
            while readsUnderWay < Self.mostReads, let member = popDue(by: now + slack) {
                if !isBusy(member) { read(member) }
            }
        }
        guard isRunning, !isPaused, !isQuiet else {
            timer?.cancel()
            timer = nil
            return
        }
        if isHostDue {
            hostDue = now + pace.host
            beginReadingHosts()
        }
        var next = hostDue
        // Without room no timer is needed: the next reading that ends calls this again.
        if readsUnderWay < Self.mostReads {
            for due in [shownQueue.firstDue(), hiddenQueue.firstDue(), firstFailingDue()] {
                next = min(next, due ?? next)
            }
        }
        wakeUp(at: next)
    }

    private func popDue(by instant: ContinuousClock.Instant) -> MonitoredGuest? {
        if let member = requestedQueue.popFirst(dueBy: instant) { return member }
        guard !isPaused else { return nil }
        // The guests on the screen come first, since not all may begin at once.
        var member =
            shownQueue.popFirst(dueBy: instant) ?? hiddenQueue.popFirst(dueBy: instant)
        if member == nil, hasRoomForFailing { member = failingQueue.popFirst(dueBy: instant) }
        return member
    }

    private var hasRoomForFailing: Bool { failingReadsUnderWay < Self.mostFailingReads }

    private func firstFailingDue() -> ContinuousClock.Instant? {
        hasRoomForFailing ? failingQueue.firstDue() : nil
    }

    /// Sets the timer, unless it already fires early enough.
    private func wakeUp(at instant: ContinuousClock.Instant) {
        if let timer, timer.instant <= instant { return }
        timer?.cancel()
        timer = FleetTimer(at: instant, clock) { [weak self] in await self?.timerFired() }
    }

    private func timerFired() {
        timer = nil
        schedule()
    }

    /// A part of a guest's first pause: a fleet that was read all at once at first is not read
    /// all at once for ever.
    private func spread(_ pause: Duration) -> Duration {
        firstReads += 1
        // Multiples of the golden ratio divide the pause evenly, however many there are.
        let part = (Double(firstReads) * 0.618_033_988_75).truncatingRemainder(dividingBy: 1)
        return pause * (0.25 + 0.75 * part)
    }

    /// Begins to read a guest that is not busy.
    private func read(_ member: MonitoredGuest) {
        readsUnderWay += 1
        let isFailing = member.failures > 0
        if isFailing { failingReadsUnderWay += 1 }
        let timeout = pace.timeout
        let withBoot = member.needsBoot
        let isRequested = member.isRequested
        let start = clock.now
        let reader = member.guest.reader
        member.askedAt = start
        member.needsRefresh = false
        member.isRequested = false
        member.isWaiting = false
        let number = beginExchange()
        let task = Task {
            defer { endExchange(number) }
            // The reading frees its place before the next guest is chosen.
            func finish(_ record: (MonitoredGuest) -> Void) {
                if isFailing { failingReadsUnderWay -= 1 }
                // A request whose reading was cancelled is still to be met.
                if isRequested, Task.isCancelled { member.isRequested = true }
                finishRead(member, isRequested: isRequested, record)
            }
            do throws(AgentError) {
                let reading =
                    withBoot
                    ? try await reader.readWithBoot(timeout: timeout)
                    : try await reader.read(timeout: timeout)
                finish {
                    if withBoot { $0.needsBoot = false }
                    $0.record(reading, exchange: start.duration(to: clock.now))
                }
            } catch {
                finish { $0.record(error) }
            }
        }
        exchanges[number] = task
        member.read = task
    }

    private func finishRead(
        _ member: MonitoredGuest, isRequested: Bool, _ record: (MonitoredGuest) -> Void
    ) {
        readsUnderWay -= 1
        member.read = nil
        // A guest that left the list and came back meanwhile may be another machine.
        guard isRunning, member.isListed else { return schedule() }
        let before = member.agent
        let earlier = member.reading?.vcpus
        let wasPending = before == .pending
        // An exchange that the monitor cancelled says nothing about the guest.
        if Task.isCancelled { member.needsRefresh = true } else { record(member) }
        var pause = pace.pause(isShown: member.isShown, failures: member.failures)
        if wasPending, member.agent != .pending {
            pendingCount -= 1
            pause = spread(pause)
        }
        // It may have been requested again meanwhile.
        let isDue = member.needsRefresh || member.isRequested
        member.due = isDue ? clock.now : clock.now + pause
        enqueue(member)
        markChanged(member)
        // What changes nothing on the screen can wait for the next reading of the host.
        let isNews =
            member.agent != before || member.isShown && !member.hasSameState(as: earlier)
        if isNews || isRequested || isPaused || pace.host > Self.longestWait { publish() }
        schedule()
    }
}
