internal import Concurrency
internal import Glibc
internal import QAPI

/// Owns a descriptor, waits until it is ready, and closes it once.
///
/// The loop watches the descriptor from the first wait until it is closed. Waits and their deadlines
/// cost no system calls.
actor NonblockingSocket {
    /// The result of one system call.
    enum Attempt<Value: Sendable>: Sendable {
        case done(Value)
        /// The socket is not ready (EAGAIN): wait, and try again.
        case notReady
        case failed(ByteStreamError)
    }

    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let descriptor: Int32
    private var watch: EventLoop.WatchID?
    private var isClosed = false
    private let waits: SocketWaits
    /// Whether the loop reports room to write.
    private var reportsRoom = false

    /// Takes ownership of a non-blocking descriptor.
    init(owning descriptor: Int32, loop: EventLoop) {
        self.descriptor = descriptor
        self.loop = loop
        waits = SocketWaits(on: loop)
    }

    deinit {
        guard !isClosed else { return }
        // Only the loop's thread may end the watch.
        loop.perform { [loop, watch, descriptor] in
            if let watch { loop.forget(watch) }
            Glibc.close(descriptor)
        }
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
        _ direction: SocketWaits.Direction, until deadline: ContinuousClock.Instant?,
        _ attempt: @Sendable (Int32) -> Attempt<Value>
    ) async throws(ByteStreamError) -> Value {
        while true {
            if isClosed { throw .closed }
            if Task.isCancelled { throw .failed(errno: ECANCELED) }
            if waits.hasWait(direction) { throw .failed(errno: EBUSY) }
            if let deadline, deadline <= .now { throw .timedOut }
            switch attempt(descriptor) {
            case .done(let value): return value
            case .failed(let error): throw error
            case .notReady: break
            }
            try beginWatch(direction)
            switch await wait(direction, until: deadline) {
            case .ready: continue
            case .timedOut: throw .timedOut
            case .cancelled: throw .failed(errno: ECANCELED)
            case .closed: throw .closed
            }
        }
    }

    /// Ends all waits and closes the descriptor.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        if let watch { loop.forget(watch) }
        Glibc.close(descriptor)
        waits.close()
    }

    /// Has the loop watch the descriptor.
    ///
    /// Most sockets never lack room to write, so it is watched only from the first time on.
    private func beginWatch(_ direction: SocketWaits.Direction) throws(ByteStreamError) {
        do throws(EventLoopError) {
            if watch == nil {
                watch = try loop.watch(descriptor) { [waits] in waits.end($0) }
            }
            if direction == .write, !reportsRoom, let watch {
                try loop.reportRoom(watch)
                reportsRoom = true
            }
        } catch {
            throw .failed(errno: error.errno)
        }
    }

    private func wait(
        _ direction: SocketWaits.Direction, until deadline: ContinuousClock.Instant?
    ) async -> SocketWaits.End {
        let number = waits.nextNumber()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waits.begin(direction, number, until: deadline, continuation)
            }
        } onCancel: { [loop, waits] in
            // The loop runs this after `begin`, even for a task that was cancelled earlier.
            loop.perform { waits.end(direction, number, .cancelled) }
        }
    }
}
