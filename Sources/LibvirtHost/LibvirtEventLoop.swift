internal import Glibc

/// libvirt's event loop.
enum LibvirtEventLoop {
    /// The longest pause after an error.
    static let longestPause = Duration.seconds(1)

    /// Runs the loop, also after a turn that failed: without the loop no event arrives and no lost
    /// connection is noticed.
    ///
    /// - Parameters:
    ///   - turn: Waits for events and handles them; returns a number other than 0 when that failed.
    ///   - pause: Waits after an error: a failing turn returns at once, and the loop must not spin.
    ///   - isWanted: Returns whether to continue.
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
