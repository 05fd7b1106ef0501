internal import Concurrency
package import Dispatch
internal import Glibc
internal import QAPI

/// Owns a descriptor, waits for it to be ready, and closes it once.
///
/// A descriptor number is used by the process again as soon as it is closed, so it is closed only
/// when no Dispatch source watches it any more, and never used after `close` has begun.
actor NonblockingSocket {
    /// What to wait for.
    enum Direction { case read, write }

    /// What one system call gave.
    enum Attempt<Value: Sendable>: Sendable {
        case done(Value)
        /// Nothing yet (EAGAIN): wait, and try again.
        case notReady
        case failed(ByteStreamError)
    }

    /// How a wait ended.
    private enum WaitEnd { case ready, timedOut, cancelled, closed }

    private struct Wait {
        let number: UInt64
        let continuation: CheckedContinuation<WaitEnd, Never>
        let source: any DispatchSourceProtocol
        let timer: (any DispatchSourceTimer)?
    }

    nonisolated let executor: DispatchQueueExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    private let descriptor: Int32
    private var isClosing = false
    private var isClosed = false
    private var closers: [CheckedContinuation<Void, Never>] = []
    private var waits: [Direction: Wait] = [:]
    private var waitCount: UInt64 = 0
    /// Sources that may still look at the descriptor: cancelling ends only with its handler.
    private var watching = 0

    /// Takes over a non-blocking descriptor.
    init(owning descriptor: Int32, executor: DispatchQueueExecutor) {
        self.descriptor = descriptor
        self.executor = executor
    }

    deinit {
        // Every source's handlers hold the actor, so nothing watches the descriptor here.
        if !isClosed { Glibc.close(descriptor) }
    }

    /// Tries at once, and again whenever the descriptor is ready, until there is a value.
    ///
    /// - Parameters:
    ///   - direction: What to wait for. One wait for each direction at a time.
    ///   - deadline: Latest instant to wait, nil for as long as the socket is open.
    ///   - attempt: One non-blocking system call.
    /// - Throws: `.timedOut` when the deadline has passed, whatever is ready: else a peer that
    ///   sends without end would hold its reader for ever. `.failed(errno: ECANCELED)` when the
    ///   task is cancelled, `.failed(errno: EBUSY)` when another task waits already.
    func perform<Value: Sendable>(
        _ direction: Direction, until deadline: ContinuousClock.Instant?,
        _ attempt: @Sendable (Int32) -> Attempt<Value>
    ) async throws(ByteStreamError) -> Value {
        while true {
            if isClosing { throw .closed }
            if Task.isCancelled { throw .failed(errno: ECANCELED) }
            if waits[direction] != nil { throw .failed(errno: EBUSY) }
            if let deadline, deadline <= .now { throw .timedOut }
            switch attempt(descriptor) {
            case .done(let value): return value
            case .failed(let error): throw error
            case .notReady: break
            }
            switch await wait(direction, until: deadline) {
            case .ready: continue
            case .timedOut: throw .timedOut
            case .cancelled: throw .failed(errno: ECANCELED)
            case .closed: throw .closed
            }
        }
    }

    /// Ends every wait and closes the descriptor; returns when that is done.
    func close() async {
        if !isClosing {
            isClosing = true
            for (direction, wait) in waits { end(direction, wait.number, .closed) }
            closeIfUnwatched()
        }
        guard !isClosed else { return }
        await withCheckedContinuation { closers.append($0) }
    }

    private func wait(
        _ direction: Direction, until deadline: ContinuousClock.Instant?
    ) async -> WaitEnd {
        waitCount += 1
        let number = waitCount
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                begin(direction, number, until: deadline, continuation)
            }
        } onCancel: {
            // On the queue this comes after `begin`, even for a task that was cancelled before.
            executor.queue.async {
                self.assumeIsolated { $0.end(direction, number, .cancelled) }
            }
        }
    }

    private func begin(
        _ direction: Direction, _ number: UInt64, until deadline: ContinuousClock.Instant?,
        _ continuation: CheckedContinuation<WaitEnd, Never>
    ) {
        let source: any DispatchSourceProtocol =
            switch direction {
            case .read:
                DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: executor.queue)
            case .write:
                DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: executor.queue)
            }
        let timer = deadline.map { deadline in
            let timer = DispatchSource.makeTimerSource(queue: executor.queue)
            timer.schedule(deadline: DispatchTime(reaching: deadline))
            timer.setEventHandler { @Sendable in
                self.assumeIsolated { $0.end(direction, number, .timedOut) }
            }
            return timer
        }
        source.setEventHandler { @Sendable in
            self.assumeIsolated { $0.end(direction, number, .ready) }
        }
        source.setCancelHandler { @Sendable in
            self.assumeIsolated {
                $0.watching -= 1
                $0.closeIfUnwatched()
            }
        }
        watching += 1
        waits[direction] = Wait(
            number: number, continuation: continuation, source: source, timer: timer)
        source.activate()
        timer?.activate()
    }

    private func end(_ direction: Direction, _ number: UInt64, _ end: WaitEnd) {
        guard let wait = waits[direction], wait.number == number else { return }
        waits[direction] = nil
        wait.timer?.cancel()
        wait.source.cancel()
        wait.continuation.resume(returning: end)
    }

    private func closeIfUnwatched() {
        guard isClosing, !isClosed, watching == 0 else { return }
        isClosed = true
        Glibc.close(descriptor)
        for closer in closers { closer.resume() }
        closers = []
    }
}

extension DispatchTime {
    /// When a timer started now goes off at `deadline`, at the earliest.
    package init(reaching deadline: ContinuousClock.Instant) {
        let year = Duration.seconds(365 * 86_400)
        let left = min(max(ContinuousClock.now.duration(to: deadline), .zero), year).components
        let nanoseconds = left.seconds * 1_000_000_000 + left.attoseconds / 1_000_000_000 + 1
        self = .now() + .nanoseconds(Int(nanoseconds))
    }
}
