internal import Synchronization

extension EventLoop {
    /// The loop of this process, once it runs; a failure is not kept, since the next try can succeed.
    private static let current = Mutex<EventLoop?>(nil)

    /// Starts the loop of this process, unless it runs.
    ///
    /// The system can have no thread or no descriptor left for it. So a program that can end for that
    /// reason calls this at its start; what serves other programs calls it before each exchange.
    ///
    /// - Returns: `shared`.
    @discardableResult
    package static func begin() throws(EventLoopError) -> EventLoop {
        try current.withLock { (loop) throws(EventLoopError) -> EventLoop in
            if let loop { return loop }
            let new = try running()
            loop = new
            return new
        }
    }

    /// The loop of this process's sockets, timers and tasks.
    ///
    /// Where `begin` has not succeeded before, the first use starts the loop, and must not fail.
    ///
    /// One thread serves them all: no operation on it blocks, and between a socket and the task that
    /// waits for it there is no change of thread.
    package static let shared: EventLoop = {
        do throws(EventLoopError) {
            return try begin()
        } catch {
            preconditionFailure("no event loop was begun: \(error)")
        }
    }()

    /// Creates a loop that runs on a thread of its own; it takes two descriptors.
    package static func running() throws(EventLoopError) -> EventLoop {
        let loop = try EventLoop()
        try loop.start()
        return loop
    }
}
