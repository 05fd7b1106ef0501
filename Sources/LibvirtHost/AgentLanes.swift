internal import GuestVCPU
internal import Synchronization

/// The connections over which the agents of one source's guests are asked, apart from the one
/// that statistics come over, so that hung agents never stop the clock.
actor AgentLanes {
    private let open: @Sendable () throws(LibvirtError) -> any LibvirtConnection
    private var table = LaneTable()
    private var lanes: [Int: AgentLane] = [:]
    private var waiting: [Waiter] = []
    private var lastCall = 0
    /// Why no agent can be asked at all; nil where they can.
    private var obstacle: AgentError? = AgentError(.disconnected, "not connected yet")

    /// Told of each guest whose call has returned after it was given up.
    private var takeLateReturn: (@Sendable (String) -> Void)?

    private struct Waiter {
        let call: Int
        let guest: String
        var hasWaited: Bool
        let continuation: CheckedContinuation<LaneTable.Admission, Never>
    }

    /// How long a call waits for one of a few connections before it may open one more.
    private static let patience = Duration.milliseconds(100)

    /// - Parameter open: Opens a connection that may ask agents; blocks.
    init(open: @escaping @Sendable () throws(LibvirtError) -> any LibvirtConnection) {
        self.open = open
    }

    /// Says why no agent can be asked from now on, or that they can.
    func setObstacle(_ error: AgentError?) {
        obstacle = error
    }

    /// Has somebody told of each guest (its UUID) that answers after all.
    func onLateReturn(_ take: @escaping @Sendable (String) -> Void) {
        takeLateReturn = take
    }

    /// Closes the connections that carry no call; the next call opens one anew.
    func closeIdle() {
        for lane in table.removeIdle() { lanes.removeValue(forKey: lane)?.close() }
    }

    /// - Throws: Why this guest's agent cannot be asked now.
    func check(_ guest: String) throws(AgentError) {
        if let obstacle { throw obstacle }
        if table.isQuarantined(guest) { throw .quarantined }
    }

    /// Makes a call to a guest's agent.
    ///
    /// - Parameters:
    ///   - guest: The domain's UUID.
    ///   - isUrgent: Whether it goes before those that wait for a connection.
    ///   - timeout: How long to wait for a connection, and again for the call.
    ///   - call: Makes it; blocks.
    func call<T: Sendable>(
        _ guest: String, _ question: AgentError.Question, timeout: Duration,
        _ call: @escaping @Sendable (any LibvirtConnection) throws(LibvirtError) -> T
    ) async throws(AgentError) -> T {
        lastCall += 1
        let id = lastCall
        let lane = try await self.lane(
            for: id, guest, isUrgent: question == .set, until: .now + timeout)
        let open = open
        let deadline = ContinuousClock.now + timeout
        let result = await BlockingCall.run(until: deadline) {
            let result = lane.perform(question, until: deadline, opening: open, call)
            Task { await self.finish(id) }
            return result
        }
        guard let result else {
            table.giveUp(id)
            retryWaiting()
            throw AgentError(.unresponsive, "no answer within \(timeout.inSeconds)")
        }
        return try result.get()
    }

    /// How many calls wait for a connection.
    var waitingCount: Int { waiting.count }

    // MARK: - Turns

    private func lane(
        for id: Int, _ guest: String, isUrgent: Bool, until deadline: ContinuousClock.Instant
    ) async throws(AgentError) -> AgentLane {
        if let obstacle { throw obstacle }
        var admission = table.admit(id, guest: guest, hasWaited: isUrgent)
        if admission == .wait {
            let soon = min(deadline, .now + Self.patience)
            let timer = Task {
                try? await Task.sleep(until: soon, clock: .continuous)
                if !Task.isCancelled { losePatience(id) }
                try? await Task.sleep(until: deadline, clock: .continuous)
                if !Task.isCancelled { stopWaiting(id) }
            }
            admission = await withCheckedContinuation { continuation in
                let waiter = Waiter(
                    call: id, guest: guest, hasWaited: isUrgent, continuation: continuation)
                waiting.insert(waiter, at: isUrgent ? 0 : waiting.count)
            }
            timer.cancel()
        }
        switch admission {
        case .start(let number):
            let lane = lanes[number] ?? AgentLane()
            lanes[number] = lane
            return lane
        case .wait:
            throw AgentError(.waiting)
        case .quarantined: throw .quarantined
        case .exhausted:
            throw AgentError(
                .waiting, "\(LaneTable.mostGivenUp) calls have not returned")
        }
    }

    private func finish(_ id: Int) {
        let late = table.guestGivenUp(by: id)
        defer { if let late { takeLateReturn?(late) } }
        if let lane = table.finish(id) { lanes.removeValue(forKey: lane)?.close() }
        retryWaiting()
    }

    private func retryWaiting() {
        while let waiter = waiting.first {
            let admission = table.admit(
                waiter.call, guest: waiter.guest, hasWaited: waiter.hasWaited)
            guard admission != .wait else { return }
            waiting.removeFirst()
            waiter.continuation.resume(returning: admission)
        }
    }

    private func losePatience(_ id: Int) {
        guard let index = waiting.firstIndex(where: { $0.call == id }) else { return }
        waiting[index].hasWaited = true
        retryWaiting()
    }

    private func stopWaiting(_ id: Int) {
        guard let index = waiting.firstIndex(where: { $0.call == id }) else { return }
        waiting.remove(at: index).continuation.resume(returning: .wait)
    }
}

/// One connection, opened when it is first needed and again after it was lost.
private final class AgentLane: Sendable {
    private let connection = Mutex<(any LibvirtConnection)?>(nil)

    /// Makes a call on the connection; blocks.
    ///
    /// - Parameter deadline: When nobody waits for the call any longer; it is not made then.
    func perform<T>(
        _ question: AgentError.Question, until deadline: ContinuousClock.Instant,
        opening open: () throws(LibvirtError) -> any LibvirtConnection,
        _ call: (any LibvirtConnection) throws(LibvirtError) -> T
    ) -> Result<T, AgentError> {
        let connection: any LibvirtConnection
        do throws(LibvirtError) {
            connection = try ready(open)
        } catch {
            let kind = error.isDenial ? AgentError.Kind.denied : .disconnected
            return .failure(AgentError(kind, error.message))
        }
        // Opening can take long. A change that comes after its time would surprise somebody.
        guard .now < deadline else { return .failure(AgentError(.unresponsive)) }
        do throws(LibvirtError) {
            return .success(try call(connection))
        } catch {
            return .failure(
                AgentError(error, asked: question, isAlive: connection.isAlive))
        }
    }

    func close() {
        let connection = connection.withLock { connection in
            defer { connection = nil }
            return connection
        }
        connection?.close()
    }

    private func ready(
        _ open: () throws(LibvirtError) -> any LibvirtConnection
    ) throws(LibvirtError) -> any LibvirtConnection {
        let result: Result<any LibvirtConnection, LibvirtError> = connection.withLock {
            connection in
            if let connection, connection.isAlive { return .success(connection) }
            connection?.close()
            connection = nil
            do throws(LibvirtError) {
                let opened = try open()
                connection = opened
                return .success(opened)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

extension AgentError {
    fileprivate static let quarantined = AgentError(
        .unresponsive, "an earlier call has not returned")
}

extension Duration {
    /// The time in seconds, as people write it: `5 s`, `0.5 s`.
    var inSeconds: String {
        let tenths = Int((self / .milliseconds(100)).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
