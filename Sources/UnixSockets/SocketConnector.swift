internal import Dispatch
internal import Glibc

/// Connects to sockets with a deadline for finding their paths.
///
/// Connecting to a local socket does not block, but finding its path does, possibly for ever: a
/// folder in it can be on a file system that does not answer, and the path may come from another
/// user's process. So each try has a thread of its own, is given up after a while, and its place is
/// left alone until the try returns.
actor SocketConnector {
    /// Of this machine.
    static let system = SocketConnector { place throws(UnixSocketError) in
        try place.connectOnce()
    }

    /// The most tries that hang at the same time; nothing more is tried then.
    private static let mostHanging = 256
    /// How long a try may take, also where the deadline is near.
    private static let leastPatience = Duration.seconds(1)

    private struct Try {
        let place: SocketPlace
        /// Nil once the try was given up.
        var waiter: CheckedContinuation<Result<Int32, UnixSocketError>, Never>?
        var timer: Task<Void, Never>?
    }

    private let connectOnce: @Sendable (SocketPlace) throws(UnixSocketError) -> Int32
    private var tries: [UInt64: Try] = [:]
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
        let hanging = tries.values.filter { $0.waiter == nil }
        guard hanging.count < Self.mostHanging, !hanging.contains(where: { $0.place == place })
        else { throw .pathHangs }
        count += 1
        let number = count
        let end = max(deadline, .now + Self.leastPatience)
        return try await withCheckedContinuation { waiter in
            tries[number] = Try(place: place, waiter: waiter)
            // A new serial queue never shares a thread with a try that hangs.
            DispatchQueue(label: "vcputop.connect").async { [connectOnce] in
                let result = Result { () throws(UnixSocketError) in try connectOnce(place) }
                Task { await self.finish(number, result) }
            }
            tries[number]?.timer = Task {
                try? await Task.sleep(until: end, clock: .continuous)
                if !Task.isCancelled { giveUp(number) }
            }
        }.get()
    }

    private func finish(_ number: UInt64, _ result: Result<Int32, UnixSocketError>) {
        let ended = tries.removeValue(forKey: number)
        ended?.timer?.cancel()
        if let waiter = ended?.waiter {
            waiter.resume(returning: result)
        } else if case .success(let descriptor) = result {
            close(descriptor)
        }
    }

    private func giveUp(_ number: UInt64) {
        let waiter = tries[number]?.waiter
        tries[number]?.waiter = nil
        waiter?.resume(returning: .failure(.pathHangs))
    }
}
