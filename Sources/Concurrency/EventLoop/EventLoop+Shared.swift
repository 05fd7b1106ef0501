extension EventLoop {
    /// The loop of this process's sockets, timers and tasks.
    ///
    /// One thread serves them all: no operation on it blocks, and between a socket and the task that
    /// waits for it there is no change of thread.
    package static let shared = running()

    /// Creates a loop that runs on a thread of its own.
    ///
    /// It takes two descriptors and a thread, and ends the program where the system gives none. A
    /// program makes its loops at its start, after it has looked for descriptors.
    package static func running() -> EventLoop {
        do {
            let loop = try EventLoop()
            try loop.start()
            return loop
        } catch {
            fatalError("cannot start an event loop: error \(error.errno) of the system")
        }
    }
}
