internal import Glibc
internal import Synchronization

/// One thread that runs jobs, timers and what waits for descriptors.
///
/// Everything on a loop excludes everything else on it. So nothing that runs here may block. While
/// nothing happens the thread sleeps until the earliest timer, and without timers for ever.
///
/// Work from the loop's own thread needs no system call; work from others needs one, and that only
/// where the loop sleeps.
package final class EventLoop: SerialExecutor {
    /// What other threads hand in.
    private struct Inbox {
        var work: [LoopWork] = []
        var timers: [LoopTimer] = []
        var sleep = Sleep.none
    }

    private enum Sleep {
        /// The thread is awake, or will look into the inbox for another reason.
        case none
        /// The thread sleeps until this instant; nil for ever.
        case until(ContinuousClock.Instant?)
    }

    private struct Watch {
        let descriptor: Int32
        let onReady: (Readiness) -> Void
    }

    /// How many jobs run before descriptors and timers are looked at again.
    private static let mostJobs = 128

    private let poller: Poller
    private let inbox = Mutex(Inbox())
    /// The thread that runs the loop; 0 before there is one.
    private let thread = Atomic<UInt>(0)

    // Only the loop's thread uses these.
    private nonisolated(unsafe) var ready: [LoopWork] = []
    /// What runs now; kept for its capacity.
    private nonisolated(unsafe) var batch: [LoopWork] = []
    private nonisolated(unsafe) var timers = TimerQueue()
    private nonisolated(unsafe) var watches: [Int: Watch] = [:]
    private nonisolated(unsafe) var lastKey: Int = 0
    private nonisolated(unsafe) var isStopped = false
    private nonisolated(unsafe) var waits = 0

    /// Creates a loop; it runs nothing before `run` or `start`.
    package init() throws(EventLoopError) {
        poller = try Poller()
    }

    // MARK: - The thread

    /// Runs the loop on a thread of its own.
    ///
    /// The thread blocks no signals: threads that it creates would inherit that, and a signal that a
    /// program raises to end itself would stay without effect.
    package func start() throws(EventLoopError) {
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<EventLoop>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        guard result == 0 else {
            Unmanaged.passUnretained(self).release()
            throw EventLoopError(errno: result)
        }
        pthread_detach(thread)
    }

    /// Runs the loop on this thread until `stop`.
    package func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        while !isStopped {
            openInbox()
            runTimers()
            runJobs()
            wait()
        }
        thread.store(0, ordering: .relaxed)
    }

    /// Ends `run` once what was handed in before has run.
    package func stop() {
        perform { self.isStopped = true }
    }

    /// Whether this is the loop's thread.
    package var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    private func runJobs() {
        var count = 0
        while count < Self.mostJobs, !ready.isEmpty {
            // What runs may hand in more.
            swap(&ready, &batch)
            for work in batch { run(work) }
            count += batch.count
            batch.removeAll(keepingCapacity: true)
        }
    }

    private func run(_ work: LoopWork) {
        switch work {
        case .actorJob(let job): job.runSynchronously(on: asUnownedSerialExecutor())
        case .taskJob(let job, let executor): job.runSynchronously(on: executor)
        case .action(let action): action()
        }
    }

    private func openInbox() {
        let (work, timers) = inbox.withLock { inbox in
            inbox.sleep = .none
            defer {
                inbox.work = []
                inbox.timers = []
            }
            return (inbox.work, inbox.timers)
        }
        ready += work
        for timer in timers { insert(timer) }
    }

    private func runTimers() {
        guard timers.firstDue() != nil else { return }
        let now = ContinuousClock.now
        while let work = timers.popFirst(dueBy: now) { ready.append(work) }
    }

    /// Waits for events; only looks for them where there is something to run.
    private func wait() {
        var duration: Duration? = .zero
        if ready.isEmpty, !isStopped {
            let due = timers.firstDue()
            let maySleep = inbox.withLock { inbox in
                guard inbox.work.isEmpty, inbox.timers.isEmpty else { return false }
                inbox.sleep = .until(due)
                return true
            }
            guard maySleep else { return }
            // epoll does not count the time in which the host is suspended, and this clock does. So
            // a wait that a suspension interrupts ends late, by no more than what was left of it;
            // after that all timers fire that are due.
            duration = due.map { ContinuousClock.now.duration(to: $0) }
        }
        waits += 1
        poller.wait(for: duration) { key, readiness in
            // An earlier event of the same wait may have ended this watch. Keys are not used twice,
            // so the event cannot reach another one.
            if let watch = watches[key] { watch.onReady(readiness) }
        }
    }

    // MARK: - Work

    /// Runs a job of an actor that lives on the loop.
    package func enqueue(_ job: consuming ExecutorJob) {
        add(.actorJob(UnownedJob(job)))
    }

    /// Runs a job of a task.
    ///
    /// - Parameter executor: The executor that the job was handed to.
    package func enqueue(_ job: UnownedJob, of executor: UnownedTaskExecutor) {
        add(.taskJob(job, executor))
    }

    /// Runs an action on the loop's thread, after what was handed in before.
    package func perform(_ action: @escaping @Sendable () -> Void) {
        add(.action(action))
    }

    private func add(_ work: LoopWork) {
        if isCurrent {
            ready.append(work)
            return
        }
        wakeUp { inbox in
            inbox.work.append(work)
            return true
        }
    }

    /// Hands something in, and wakes the loop where it sleeps and must not.
    private func wakeUp(_ handIn: (inout Inbox) -> Bool) {
        let mustWake = inbox.withLock { inbox in
            guard handIn(&inbox), case .until = inbox.sleep else { return false }
            inbox.sleep = .none
            return true
        }
        if mustWake { poller.wakeUp() }
    }

    /// Traps unless called on the loop's thread.
    package func checkIsolated() {
        precondition(isCurrent, "not on the event loop's thread")
    }

    // MARK: - Timers

    /// Runs an action at an instant, or a moment later.
    @discardableResult
    package func schedule(
        at instant: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void
    ) -> LoopTimer {
        let timer = LoopTimer(at: instant, .action(action))
        add(timer)
        return timer
    }

    /// Runs a job of a task at an instant, or a moment later.
    package func schedule(
        _ job: UnownedJob, of executor: UnownedTaskExecutor, at instant: ContinuousClock.Instant
    ) {
        add(LoopTimer(at: instant, .taskJob(job, executor)))
    }

    private func add(_ timer: LoopTimer) {
        guard !isCurrent else { return insert(timer) }
        wakeUp { inbox in
            inbox.timers.append(timer)
            guard case .until(let instant?) = inbox.sleep else { return true }
            return timer.instant < instant
        }
    }

    private func insert(_ timer: LoopTimer) {
        if timer.work != nil { timers.insert(timer) }
    }

    /// Drops a timer.
    ///
    /// On the loop's thread its action does not run any more; from other threads it may be under
    /// way.
    package func cancel(_ timer: LoopTimer) {
        guard !isCurrent else { return timers.cancel(timer) }
        // The loop need not wake up for this: it drops the timer when it is awake.
        wakeUp { inbox in
            inbox.work.append(.action { self.timers.cancel(timer) })
            return false
        }
    }

    /// How many timers the loop holds, with cancelled ones; on its thread.
    package var timerCount: Int {
        checkIsolated()
        return timers.count
    }

    /// How often the loop has waited for events; on its thread.
    package var waitCount: Int {
        checkIsolated()
        return waits
    }

    // MARK: - Descriptors

    /// A descriptor that a loop watches.
    package struct WatchID: Hashable, Sendable {
        fileprivate let key: Int
    }

    /// Reports when a descriptor has something to read, until `forget`; on the loop's thread.
    ///
    /// Each arrival is reported once, even where nothing reads: read until there is no more before
    /// the next report is waited for. What is there already is reported too.
    package func watch(
        _ descriptor: Int32, onReady: @escaping (Readiness) -> Void
    ) throws(EventLoopError) -> WatchID {
        checkIsolated()
        let key = lastKey + 1
        try poller.watch(descriptor, key: key, isNew: true, writes: false)
        lastKey = key
        watches[key] = Watch(descriptor: descriptor, onReady: onReady)
        return WatchID(key: key)
    }

    /// Reports room to write too, from now on; on the loop's thread.
    package func reportRoom(_ id: WatchID) throws(EventLoopError) {
        checkIsolated()
        guard let watch = watches[id.key] else { return }
        try poller.watch(watch.descriptor, key: id.key, isNew: false, writes: true)
    }

    /// Ends the reports, before the descriptor is closed; on the loop's thread.
    package func forget(_ id: WatchID) {
        checkIsolated()
        guard let watch = watches.removeValue(forKey: id.key) else { return }
        poller.forget(watch.descriptor)
    }
}
