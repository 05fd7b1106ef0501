internal import CLinux
internal import Glibc

/// The system's side of an event loop: epoll, and a counter that ends its wait.
final class Poller: Sendable {
    /// The most descriptors that one wait reports; the next wait reports the others.
    private static let capacity = 64
    /// The key of the counter; those of descriptors begin at 1.
    private static let wakeKey = 0

    private let epoll: Int32
    private let wake: Int32

    init() throws(EventLoopError) {
        epoll = linux_epoll_open()
        let openError = errno
        wake = epoll >= 0 ? linux_event_open() : -1
        // `deinit` closes what was opened.
        guard epoll >= 0 else { throw EventLoopError(errno: openError) }
        guard wake >= 0 else { throw EventLoopError(errno: errno) }
        try watch(wake, key: Self.wakeKey, isNew: true, writes: false)
    }

    deinit {
        for descriptor in [epoll, wake] where descriptor >= 0 { close(descriptor) }
    }

    /// Ends the present or the next wait; from any thread.
    ///
    /// The counter is never read: as an edge, each change of it ends one wait.
    func wakeUp() {
        linux_event_signal(wake)
    }

    /// Adds a descriptor, or changes whether room to write is reported.
    func watch(
        _ descriptor: Int32, key: Int, isNew: Bool, writes: Bool
    ) throws(EventLoopError) {
        guard linux_epoll_watch(epoll, isNew, descriptor, UInt64(key), writes) == 0 else {
            throw EventLoopError(errno: errno)
        }
    }

    /// Removes a descriptor.
    func forget(_ descriptor: Int32) {
        linux_epoll_forget(epoll, descriptor)
    }

    /// Waits until a descriptor is ready or `wakeUp` is called.
    ///
    /// - Parameter duration: The longest wait, rounded up to milliseconds; nil for ever.
    func wait(for duration: Duration?, _ report: (_ key: Int, Readiness) -> Void) {
        let milliseconds = duration.map(Self.milliseconds) ?? -1
        withUnsafeTemporaryAllocation(of: linux_readiness.self, capacity: Self.capacity) { ready in
            let count = linux_epoll_wait(
                epoll, ready.baseAddress, Int32(Self.capacity), milliseconds)
            for entry in ready.prefix(Int(count)) where entry.key != Self.wakeKey {
                report(Int(entry.key), Readiness(reads: entry.reads, writes: entry.writes))
            }
        }
    }

    /// Rounds up, since a timer must not fire early; at most what epoll takes, which is 24 days.
    private static func milliseconds(_ duration: Duration) -> Int32 {
        guard duration > .zero else { return 0 }
        let (seconds, attoseconds) = duration.components
        guard seconds < Int64(Int32.max) / 1000 else { return Int32.max }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}

/// What a descriptor is ready for; an error makes it ready for both.
package struct Readiness: Hashable, Sendable {
    /// Whether there is something to read, or its end.
    package let reads: Bool
    /// Whether there is room to write.
    package let writes: Bool
}

/// A resource that an event loop needs and the system does not give.
package struct EventLoopError: Error, Hashable {
    /// The system's error number, such as EMFILE.
    package let errno: Int32

    /// Creates an error.
    package init(errno: Int32) {
        self.errno = errno
    }
}
