internal import Dispatch
internal import Glibc

/// Connects to sockets with a deadline for finding their paths.
///
/// Connecting to a local socket does not block, but finding its path does, possibly for ever: a
/// folder in it can be on a file system that does not answer, and the path may come from another
/// user's process. So tries run on a few threads of their own. One that is slow leaves its turn to
/// the next, is given up at its deadline, and its place is left alone until it returns.
actor SocketConnector {
    /// Of this machine.
    static let system = SocketConnector { place throws(UnixSocketError) in
        try place.connectOnce()
    }

    /// The most tries that hang at the same time; nothing more is tried then.
    private static let mostHanging = 256
    /// The most tries at the same time, slow ones aside: each takes microseconds.
    private static let mostRunning = 4
    /// How long a try may take before it counts as slow, where others wait.
    private static let turn = Duration.milliseconds(20)
    /// How long a try may take, also where the deadline is near.
    private static let leastPatience = Duration.seconds(1)

    private struct Try {
        enum State { case waiting, running, slow }

        let place: SocketPlace
        var state = State.waiting
        var startedAt: ContinuousClock.Instant?
        /// Nil once the try was given up.
        var waiter: CheckedContinuation<Result<Int32, UnixSocketError>, Never>?
        var timer: Task<Void, Never>?
    }

    private let connectOnce: @Sendable (SocketPlace) throws(UnixSocketError) -> Int32
    private var tries: [UInt64: Try] = [:]
    /// Those that wait for their turn, the first one first; some may be given up already.
    private var waiting: [UInt64] = []
    private var running = 0
    /// The places of tries that were given up and have not returned.
    private var hanging: [UInt64: SocketPlace] = [:]
    /// Looks for slow tries as long as others wait.
    private var turnTimer: Task<Void, Never>?
    /// Threads that are kept for the next tries.
    private var idle: [DispatchQueue] = []
    private var count: UInt64 = 0

    /// - Parameter connectOnce: One try, which may block.
    init(
        _ connectOnce: @escaping @Sendable (SocketPlace) throws(UnixSocketError) -> Int32
    ) {
        self.connectOnce = connectOnce
    }

    /// Tries once to connect.
    ///
    /// - Parameter deadline: Latest instant to wait for the path to be found, though a try has at
    ///   least a second.
    /// - Returns: A descriptor that the caller owns.
    /// - Throws: `.pathHangs` when the path was not found in time.
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
            tries[number]?.timer = Task {
                try? await Task.sleep(until: end, clock: .continuous)
                if !Task.isCancelled { giveUp(number) }
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
            worker.async { [connectOnce] in
                let result = Result { () throws(UnixSocketError) in try connectOnce(place) }
                Task { await self.finish(number, on: worker, result) }
            }
        }
        guard !waiting.isEmpty, turnTimer == nil else { return }
        turnTimer = Task {
            try? await Task.sleep(for: Self.turn, clock: .continuous)
            endTurns()
        }
    }

    /// Lets other tries run beside those that are slow.
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
        _ number: UInt64, on worker: DispatchQueue, _ result: Result<Int32, UnixSocketError>
    ) {
        if idle.count < Self.mostRunning { idle.append(worker) }
        hanging[number] = nil
        if let ended = tries.removeValue(forKey: number), let waiter = ended.waiter {
            if ended.state == .running { running -= 1 }
            ended.timer?.cancel()
            waiter.resume(returning: result)
        } else if case .success(let descriptor) = result {
            close(descriptor)
        }
        startNext()
    }

    private func giveUp(_ number: UInt64) {
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
