internal import Glibc

/// Starts the processes of a connection, such as ssh, in a session of their own.
///
/// Ctrl-C at a terminal signals the whole foreground process group. An ssh in it would end, and
/// with it the line of a change that is still to be finished or undone. libvirt forks in the
/// thread that opens the connection and resets ignored signals in the child, so a fork handler is
/// the only place left. A process without a terminal cannot ask for a password either.
enum ChildSession {
    /// Runs `open`; processes that this thread forks meanwhile get a session of their own.
    static func separate<T, Failure: Error>(
        _ open: () throws(Failure) -> T
    ) throws(Failure) -> T {
        guard isHandling, let key else { return try open() }
        pthread_setspecific(key, UnsafeRawPointer(bitPattern: 1))
        defer { pthread_setspecific(key, nil) }
        return try open()
    }

    /// Says of each thread whether its children get a session of their own.
    private static let key: pthread_key_t? = {
        var key = pthread_key_t()
        return pthread_key_create(&key, nil) == 0 ? key : nil
    }()

    /// Whether the fork handler is registered.
    ///
    /// The key comes first: a child of another thread must not wait for its creation.
    private static let isHandling =
        key != nil
        && pthread_atfork(nil, nil) {
            if let key = ChildSession.key, pthread_getspecific(key) != nil { _ = setsid() }
        } == 0
}
