internal import Glibc

/// Starts the processes of a connection, such as ssh, in a session of their own.
///
/// Ctrl-C at a terminal signals the whole foreground process group. An ssh in that group would end,
/// and with it the connection of a change that must still be finished or undone. libvirt forks in
/// the thread that opens the connection and resets ignored signals in the child, so only a fork
/// handler can help. A process without a terminal cannot ask for a password either.
enum ChildSession {
    /// Runs `open` and gives each process that this thread forks meanwhile a session of its own.
    static func separate<T, Failure: Error>(
        _ open: () throws(Failure) -> T
    ) throws(Failure) -> T {
        guard isHandling, let key else { return try open() }
        pthread_setspecific(key, UnsafeRawPointer(bitPattern: 1))
        defer { pthread_setspecific(key, nil) }
        return try open()
    }

    /// Marks the threads whose children get a session of their own.
    private static let key: pthread_key_t? = {
        var key = pthread_key_t()
        return pthread_key_create(&key, nil) == 0 ? key : nil
    }()

    /// Whether the fork handler is registered.
    ///
    /// Create the key first: the handler also runs in children of other threads, which must not
    /// wait for it.
    private static let isHandling =
        key != nil
        && pthread_atfork(nil, nil) {
            if let key = ChildSession.key, pthread_getspecific(key) != nil { _ = setsid() }
        } == 0
}
