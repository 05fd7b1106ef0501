internal import Concurrency
internal import Dispatch
// The interface to choose where tasks run is not public in Swift 6.3.
@_spi(ExperimentalCustomExecutors) @_spi(ExperimentalScheduling) internal import _Concurrency

/// Where tasks run that belong to no actor with a place of its own.
///
/// Swift's own pool is made of threads that Dispatch looks after once a second for as long as the
/// program lives, whether anything happens or not. These tasks run on the queue that serves the
/// sockets: nothing wakes up while nothing happens, and between a socket and what waits for it
/// there is no change of thread. So nothing that runs here may block.
final class TaskPool: TaskExecutor, SchedulingExecutor {
    private let queue = DispatchQueueExecutor.sockets.queue
    private let timer = TaskTimer(queue: DispatchQueueExecutor.sockets.queue)

    private init() {}

    /// Has all tasks run here from now on; to be called before there are any.
    static func begin() {
        _createExecutors(factory: Factory.self)
        shared.timer.claimDescriptors()
        // Dispatch opens the main queue's descriptor with its first job, or ends the program where
        // it cannot.
        DispatchQueue.main.async {}
    }

    private static let shared = TaskPool()

    private struct Factory: ExecutorFactory {
        static let mainExecutor = PlatformExecutorFactory.mainExecutor
        static let defaultExecutor: any TaskExecutor = shared
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    func enqueue<C: Clock>(
        _ job: consuming ExecutorJob, after delay: C.Duration, tolerance: C.Duration?, clock: C
    ) {
        guard let delay = delay as? Duration else {
            preconditionFailure("\(C.self) does not count in seconds")
        }
        timer.add(UnownedJob(job), after: delay) { job in
            job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }
}
