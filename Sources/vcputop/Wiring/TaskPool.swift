internal import Concurrency
internal import Dispatch
internal import Glibc
// The interface to choose where tasks run is not public in Swift 6.3.
@_spi(ExperimentalCustomExecutors) @_spi(ExperimentalScheduling) internal import _Concurrency

/// Where tasks run that belong to no actor with a place of its own.
///
/// Swift's own pool is made of threads that Dispatch looks after once a second for as long as the
/// program lives, whether anything happens or not. These tasks run on the event loop of the sockets:
/// nothing wakes up while nothing happens, and between a socket and what waits for it there is no
/// change of thread. So nothing that runs here may block.
final class TaskPool: TaskExecutor, SchedulingExecutor {
    private let loop = EventLoop.shared

    private init() {}

    /// Has all tasks run here from now on; to be called before there are any.
    ///
    /// The program must have some descriptors left: where Dispatch cannot open one for the main
    /// queue, it ends the program.
    ///
    /// - Throws: What the system does not give the event loop.
    static func begin() throws(CommandFailure) {
        do {
            try EventLoop.begin()
        } catch {
            throw CommandFailure(
                .unreachable,
                "vcputop cannot start its event loop: \(String(cString: strerror(error.errno)))",
                help: "raise the limits with 'ulimit -u' (threads) or 'ulimit -n' (descriptors)")
        }
        _createExecutors(factory: Factory.self)
        _ = shared
        DispatchQueue.main.async {}
    }

    private static let shared = TaskPool()

    private struct Factory: ExecutorFactory {
        static let mainExecutor = PlatformExecutorFactory.mainExecutor
        static let defaultExecutor: any TaskExecutor = shared
    }

    func enqueue(_ job: consuming ExecutorJob) {
        loop.enqueue(UnownedJob(job), of: asUnownedTaskExecutor())
    }

    func enqueue<C: Clock>(
        _ job: consuming ExecutorJob, after delay: C.Duration, tolerance: C.Duration?, clock: C
    ) {
        guard let delay = delay as? Duration else {
            preconditionFailure("\(C.self) does not count in seconds")
        }
        loop.schedule(UnownedJob(job), of: asUnownedTaskExecutor(), at: .now + delay)
    }
}
