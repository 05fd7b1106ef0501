internal import Concurrency

/// The tasks that wait for a socket, at most one for each direction.
///
/// Only the loop's thread uses it.
final class SocketWaits: @unchecked Sendable {
    /// The readiness to wait for.
    enum Direction { case read, write }

    /// Why a wait ended.
    enum End { case ready, timedOut, cancelled, closed }

    private struct Wait {
        let number: UInt64
        let continuation: CheckedContinuation<End, Never>
        let timer: LoopTimer?
    }

    private let loop: EventLoop
    private var reader: Wait?
    private var writer: Wait?
    private var lastNumber: UInt64 = 0

    init(on loop: EventLoop) {
        self.loop = loop
    }

    /// A number for a wait that is about to begin.
    func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    /// Whether a task waits.
    func hasWait(_ direction: Direction) -> Bool { self[direction] != nil }

    /// Begins a wait, to which no other one of its direction may be under way.
    func begin(
        _ direction: Direction, _ number: UInt64, until deadline: ContinuousClock.Instant?,
        _ continuation: CheckedContinuation<End, Never>
    ) {
        let timer = deadline.map { deadline in
            loop.schedule(at: deadline) { self.end(direction, number, .timedOut) }
        }
        self[direction] = Wait(number: number, continuation: continuation, timer: timer)
    }

    /// Ends a wait, unless it has ended.
    func end(_ direction: Direction, _ number: UInt64, _ end: End) {
        if self[direction]?.number == number { self.end(direction, end) }
    }

    /// Ends the waits for what the descriptor is ready for.
    func end(_ readiness: Readiness) {
        if readiness.reads { end(.read, .ready) }
        if readiness.writes { end(.write, .ready) }
    }

    /// Ends all waits, since the socket is closed.
    func close() {
        end(.read, .closed)
        end(.write, .closed)
    }

    private func end(_ direction: Direction, _ end: End) {
        guard let wait = self[direction] else { return }
        self[direction] = nil
        if let timer = wait.timer { loop.cancel(timer) }
        wait.continuation.resume(returning: end)
    }

    private subscript(direction: Direction) -> Wait? {
        get { direction == .read ? reader : writer }
        set { if direction == .read { reader = newValue } else { writer = newValue } }
    }
}
