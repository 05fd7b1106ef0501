internal import Concurrency
internal import Dispatch
internal import Glibc

/// Connects to sockets with a deadline for the lookup of their paths.
///
/// Connecting to a local socket does not block, but the lookup of its path can block for ever: a
/// folder can be on a file system that does not answer, and the path may come from another user's
/// process. So tries run on a few threads of their own. While a try is slow, the next one begins.
/// After a missed deadline, no other try is made at the same place until the slow one returns.
actor SocketConnector {
    /// The connector of this process.
    static let system = SocketConnector { place throws(UnixSocketError) in
        try place.connectOnce()
    }

    /// The most tries that may hang; no other try begins then.
    private static let mostHanging = 256
    /// The most concurrent tries, not counting slow ones: a normal try takes microseconds.
    private static let mostRunning = 4
    /// How long a try may take before it counts as slow, if others wait.
    private static let turn = Duration.milliseconds(20)
    /// How long a try may take in any case, even when the deadline is near.
    private static let leastPatience = Duration.seconds(1)

    private struct Try {
        enum State { case waiting, running, slow }

        let place: SocketPlace
        var state = State.waiting
        var startedAt: ContinuousClock.Instant?
        /// Nil after the deadline of the try was missed.
        var waiter: CheckedContinuation<Result<Int32, UnixSocketError>, Never>?
        var timer: LoopTimer?
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private nonisolated let loop = EventLoop.shared
    private let connectOnce: @Sendable (SocketPlace) throws(UnixSocketError) -> Int32
    private var tries: [Int: Try] = [:]
    /// The waiting tries in the order of their calls; some may have missed their deadlines.
    private var waiting: [Int] = []
    private var running = 0
    /// The places of tries that have missed their deadlines and not returned.
    private var hanging: [Int: SocketPlace] = [:]
    /// Checks for slow tries while others wait.
    private var turnTimer: LoopTimer?
    /// Idle threads that are kept for the next tries.
    private var idle: [DispatchQueue] = []
    private var count = 0

    /// - Parameter connectOnce: Makes one try; may block.
    init(
        _ connectOnce: @escaping @Sendable (SocketPlace) throws(UnixSocketError) -> Int32
    ) {
        self.connectOnce = connectOnce
    }

    /// Tries once to connect.
    ///
    /// - Parameter deadline: Latest instant to wait for the lookup of the path, but at least a
    ///   second.
    /// - Returns: A descriptor that the caller owns.
    /// - Throws: `.pathHangs` when the lookup of the path took too long.
    func connect(
        to place: SocketPlace, until deadline: ContinuousClock.Instant
    ) async throws(UnixSocketError) -> Int32 {
        guard hanging.count < Self.mostHanging,
            hanging.isEmpty || !hanging.values.contains(place)
        else { throw .pathHangs }
        count += 1
        let number = count
        let end = max(deadline, .now + Self.leastPatience)
        return try await withCheckedContinuation { waiter in
            tries[number] = Try(place: place, waiter: waiter)
            waiting.append(number)
            startNext()
            tries[number]?.timer = loop.schedule(at: end) {
                self.assumeIsolated { $0.giveUp(number) }
            }
        }.get()
    }

    private func startNext() {
        while running < Self.mostRunning, !waiting.isEmpty {
            let number = waiting.removeFirst()
            guard let place = tries[number]?.place else { continue }
            tries[number]?.state = .running
            tries[number]?.startedAt = .now
            running += 1
            let worker = idle.popLast() ?? DispatchQueue(label: "vcputop.connect")
            worker.async { [connectOnce, loop] in
                let result = Result { () throws(UnixSocketError) in try connectOnce(place) }
                loop.perform { self.assumeIsolated { $0.finish(number, on: worker, result) } }
            }
        }
        guard !waiting.isEmpty, turnTimer == nil else { return }
        turnTimer = loop.schedule(at: .now + Self.turn) {
            self.assumeIsolated { $0.endTurns() }
        }
    }

    /// Begins other tries beside the slow ones.
    private func endTurns() {
        turnTimer = nil
        let latest = ContinuousClock.now - Self.turn
        for (number, running) in tries where running.state == .running {
            guard let startedAt = running.startedAt, startedAt <= latest else { continue }
            tries[number]?.state = .slow
            self.running -= 1
        }
        startNext()
    }

    private func finish(
        _ number: Int, on worker: DispatchQueue, _ result: Result<Int32, UnixSocketError>
    ) {
        if idle.count < Self.mostRunning { idle.append(worker) }
        hanging[number] = nil
        if let ended = tries.removeValue(forKey: number), let waiter = ended.waiter {
            if ended.state == .running { running -= 1 }
            if let timer = ended.timer { loop.cancel(timer) }
            waiter.resume(returning: result)
        } else if case .success(let descriptor) = result {
            close(descriptor)
        }
        startNext()
    }

    private func giveUp(_ number: Int) {
        guard let late = tries.removeValue(forKey: number) else { return }
        switch late.state {
        case .waiting: waiting.removeAll { $0 == number }
        case .running: running -= 1
        case .slow: break
        }
        if late.state != .waiting { hanging[number] = late.place }
        late.waiter?.resume(returning: .failure(.pathHangs))
        startNext()
    }
}
