internal import CTerminalGuard
package import Dispatch
internal import Glibc
internal import Synchronization

/// Signals that the program handles itself, each with the moment at which it came.
///
/// A signal that the parent process had ignored stays ignored.
package final class CaughtSignals: Sendable {
    /// One signal.
    package struct Signal: Hashable, Sendable {
        /// Its number.
        package let number: Int32
        /// When it came, by the monotonic clock.
        package let time: Duration

        /// Creates a signal.
        package init(_ number: Int32, at time: Duration) {
            self.number = number
            self.time = time
        }
    }

    private let numbers: [Int32]
    /// Has something to read when signals have come.
    package let pipe: Int32
    private let source = Mutex<(any DispatchSourceRead)?>(nil)

    /// Catches signals from now on; they are kept until `start`, or until `taken` is called.
    ///
    /// Nil where the system has no pipe left; the signals are as before then.
    package init?(_ numbers: [Int32]) {
        self.numbers = numbers
        pipe = signal_pipe_open(numbers, numbers.count)
        guard pipe >= 0 else { return nil }
    }

    /// Hands the signals on.
    ///
    /// - Parameters:
    ///   - queue: Where the handler is called.
    ///   - handler: Called with the signals that came since the last call, the oldest first.
    package func start(
        on queue: DispatchQueue, _ handler: @escaping @Sendable ([Signal]) -> Void
    ) {
        let pipe = pipe
        source.withLock { current in
            let source = DispatchSource.makeReadSource(fileDescriptor: pipe, queue: queue)
            source.setEventHandler {
                let signals = Self.read(from: pipe)
                if !signals.isEmpty { handler(signals) }
            }
            source.activate()
            current = source
        }
    }

    /// The signals that came since the last call, the oldest first; for what watches the pipe by
    /// itself, without `start`.
    package func taken() -> [Signal] { Self.read(from: pipe) }

    /// Gives the signals the actions that they had before.
    package func release() {
        signal_pipe_release(numbers, numbers.count)
        source.withLock { source in
            source?.cancel()
            source = nil
        }
    }

    /// Whether a signal is ignored.
    package static func isIgnored(_ number: Int32) -> Bool { signal_is_ignored(number) }

    private static func read(from pipe: Int32) -> [Signal] {
        withUnsafeTemporaryAllocation(of: caught_signal.self, capacity: 64) { records in
            let size = MemoryLayout<caught_signal>.stride
            let count = Glibc.read(pipe, records.baseAddress, 64 * size)
            guard count > 0 else { return [] }
            return records.prefix(count / size).map { record in
                Signal(
                    record.number,
                    at: .seconds(record.time.tv_sec) + .nanoseconds(record.time.tv_nsec))
            }
        }
    }
}
