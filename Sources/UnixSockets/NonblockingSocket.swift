internal import Concurrency
package import Dispatch
internal import Glibc
internal import QAPI

/// Owns a descriptor, waits until it is ready, and closes it once.
///
/// The process reuses the number of a closed descriptor at once. So the descriptor is closed only
/// when no Dispatch source watches it any more, and is never used after `close` has begun.
actor NonblockingSocket {
    /// The readiness to wait for.
    enum Direction { case read, write }

    /// The result of one system call.
    enum Attempt<Value: Sendable>: Sendable {
        case done(Value)
        /// The socket is not ready (EAGAIN): wait, and try again.
        case notReady
        case failed(ByteStreamError)
    }

    /// The end of a wait.
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
    /// Sources that may still use the descriptor: a source ends with its cancellation handler.
    private var watching = 0

    /// Takes ownership of a non-blocking descriptor.
    init(owning descriptor: Int32, executor: DispatchQueueExecutor) {
        self.descriptor = descriptor
        self.executor = executor
    }

    deinit {
        // The handlers of all sources retain the actor, so no source watches the descriptor now.
        if !isClosed { Glibc.close(descriptor) }
    }

    /// Makes a system call at once, and again whenever the descriptor is ready, until it returns a
    /// value.
    ///
    /// - Parameters:
    ///   - direction: The readiness to wait for; only one task may wait for each.
    ///   - deadline: Latest instant to wait; nil to wait as long as the socket is open.
    ///   - attempt: One non-blocking system call.
    /// - Throws: `.timedOut` when the deadline has passed, even if the socket is ready: a peer that
    ///   sends without end must not occupy its reader for ever. `.failed(errno: ECANCELED)` when
    ///   the task is cancelled, `.failed(errno: EBUSY)` when another task already waits.
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

    /// Ends all waits, closes the descriptor, and then returns.
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
            // The queue runs this after `begin`, even for a task that was cancelled earlier.
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
    /// The earliest time on Dispatch's clock that is not before `deadline`.
    package init(reaching deadline: ContinuousClock.Instant) {
        let year = Duration.seconds(365 * 86_400)
        let left = min(max(ContinuousClock.now.duration(to: deadline), .zero), year).components
        let nanoseconds = left.seconds * 1_000_000_000 + left.attoseconds / 1_000_000_000 + 1
        self = .now() + .nanoseconds(Int(nanoseconds))
    }
}
