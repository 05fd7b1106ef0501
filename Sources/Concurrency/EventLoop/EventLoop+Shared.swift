extension EventLoop {
    private static let first = Result { () throws(EventLoopError) in try running() }

    /// Begins the loop of this process.
    ///
    /// A program does this at its start: the system can have no thread or no descriptor left for it.
    package static func begin() throws(EventLoopError) { _ = try first.get() }

    /// The loop of this process's sockets, timers and tasks; it runs since `begin`, or else since its
    /// first use, which must not fail then.
    ///
    /// One thread serves them all: no operation on it blocks, and between a socket and the task that
    /// waits for it there is no change of thread.
    package static var shared: EventLoop {
        switch first {
        case .success(let loop): loop
        case .failure(let error): preconditionFailure("no event loop was begun: \(error)")
        }
    }

    /// Creates a loop that runs on a thread of its own; it takes two descriptors.
    package static func running() throws(EventLoopError) -> EventLoop {
        let loop = try EventLoop()
        try loop.start()
        return loop
    }
}
