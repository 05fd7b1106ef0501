internal import Glibc

/// libvirt's event loop.
enum EventLoop {
    /// The longest pause after an error.
    static let longestPause = Duration.seconds(1)

    /// Runs one turn of the loop after the other, also after one that failed: without the loop no event
    /// arrives and no lost connection is noticed.
    ///
    /// - Parameters:
    ///   - turn: Waits for events and handles them; not 0 when that failed.
    ///   - pause: Waits after an error, since a turn that fails returns at once.
    ///   - isWanted: Whether to go on.
    static func run(
        _ turn: () -> Int32, pause: (Duration) -> Void = sleep,
        while isWanted: () -> Bool = { true }
    ) {
        var backoff = Duration.milliseconds(10)
        while isWanted() {
            if turn() == 0 {
                backoff = .milliseconds(10)
            } else {
                pause(backoff)
                backoff = min(backoff * 2, longestPause)
            }
        }
    }

    private static func sleep(_ duration: Duration) {
        usleep(UInt32(duration / .microseconds(1)))
    }
}
