internal import Concurrency
internal import Dispatch
internal import Synchronization
internal import UnixSockets

/// Runs jobs at their instants, on a queue, with one timer of Dispatch for all of them.
///
/// Most waits have a deadline that is never reached. A timer of its own for each would wake
/// Dispatch's thread for timers once to begin it; here only a job that comes before all others does.
final class TaskTimer: Sendable {
    private let queue: DispatchQueue
    private let state = Mutex(State())
    /// A timer that never fires: Dispatch keeps its descriptors for as long as it has one.
    private let reserve = Mutex<(any DispatchSourceTimer)?>(nil)

    private struct State {
        /// The last one is the next to run.
        var entries: [Entry] = []
        var timer: (any DispatchSourceTimer)?
        /// What the timer is set to; nil where it is set to nothing.
        var armed: ContinuousClock.Instant?
    }

    private struct Entry {
        let job: UnownedJob
        let instant: ContinuousClock.Instant
    }

    init(queue: DispatchQueue) {
        self.queue = queue
    }

    /// Has Dispatch open the descriptors that it needs for timers, while there are some left:
    /// without them no timer would ever fire, and Dispatch reports no error.
    func claimDescriptors() {
        reserve.withLock { reserve in
            let timer = DispatchSource.makeTimerSource(queue: queue)
            timer.setEventHandler {}
            timer.schedule(deadline: .now() + .seconds(365 * 86_400))
            timer.activate()
            reserve = timer
        }
        let first = DispatchSource.makeTimerSource(queue: queue)
        let hasFired = DispatchSemaphore(value: 0)
        first.setEventHandler { hasFired.signal() }
        first.schedule(deadline: .now())
        first.activate()
        hasFired.wait()
        first.cancel()
    }

    /// Runs a job after a delay.
    func add(
        _ job: UnownedJob, after delay: Duration, run: @escaping @Sendable (UnownedJob) -> Void
    ) {
        let entry = Entry(job: job, instant: .now + delay)
        state.withLock { state in
            let place = state.entries.firstIndex { $0.instant <= entry.instant }
            state.entries.insert(entry, at: place ?? state.entries.endIndex)
            arm(&state, run)
        }
    }

    private func arm(_ state: inout State, _ run: @escaping @Sendable (UnownedJob) -> Void) {
        guard let next = state.entries.last?.instant else { return }
        if let armed = state.armed, armed <= next { return }
        state.armed = next
        let timer = state.timer ?? DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: DispatchTime(reaching: next))
        guard state.timer == nil else { return }
        state.timer = timer
        timer.setEventHandler { self.fire(run) }
        timer.activate()
    }

    private func fire(_ run: @escaping @Sendable (UnownedJob) -> Void) {
        let due = state.withLock { state in
            let now = ContinuousClock.now
            let count = state.entries.reversed().prefix { $0.instant <= now }.count
            let due = state.entries.suffix(count)
            state.entries.removeLast(count)
            state.armed = nil
            arm(&state, run)
            return due
        }
        for entry in due.reversed() { run(entry.job) }
    }
}
