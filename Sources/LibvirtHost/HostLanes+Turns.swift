internal import GuestVCPU

/// Whose turn is next: calls that wait for a lane, and the timer that looks at them.
extension HostLanes {
    func lane(
        for id: Int, _ purpose: LaneCall, _ timeout: Duration
    ) async throws(LaneError) -> (Int, Lane) {
        if purpose.guest != nil, let obstacle { throw .obstacle(obstacle) }
        // Calls to remembered guests always wait first: the guest that was asked longest ago goes
        // first.
        let isProbe = isRemembered(purpose)
        var admission: LaneTable.Admission? =
            isProbe ? .wait : table.admit(id, purpose)
        if admission == .wait {
            let waits = patience.leavesOut || isProbe || purpose == .host ? 1 : 12
            admission = await wait(id, purpose, until: .now + timeout * waits)
        }
        switch admission {
        case .start(let number):
            let lane = lanes[number] ?? Lane()
            lanes[number] = lane
            return (number, lane)
        case .held:
            // Another run can have found meanwhile that the guest hangs.
            guard isRemembered(purpose), let guest = purpose.guest else { throw .earlierCallHeld }
            turnedAway.insert(guest)
            throw .rememberedCallHeld
        case .wait, .refused, nil:
            if let guest = purpose.guest {
                if let obstacle { throw .obstacle(obstacle) }
                turnedAway.insert(guest)
            }
            if isProbe { throw .rememberedCallHeld }
            let held = table.heldAgentCalls
            throw .refused(held == 0 ? "" : "\(held) calls have not returned")
        }
    }

    private func wait(
        _ id: Int, _ purpose: LaneCall, until deadline: ContinuousClock.Instant
    ) async -> LaneTable.Admission? {
        let now = ContinuousClock.now
        let earliest = isRemembered(purpose) ? now + Self.probePause : now
        setAlarm(at: min(earliest > now ? earliest : now + patience.fewLanes, deadline))
        return await withCheckedContinuation { continuation in
            waiting.append(
                LaneQueue.Entry(
                    call: id, purpose: purpose, rank: rank(of: purpose, id), since: now,
                    earliest: earliest, deadline: deadline, continuation: continuation))
        }
    }

    /// Makes sure that the timer fires at this instant at the latest.
    private func setAlarm(at instant: ContinuousClock.Instant) {
        if let alarm, alarm.at <= instant { return }
        alarm?.task.cancel()
        let task = Task {
            try? await Task.sleep(until: instant, clock: .continuous)
            if !Task.isCancelled { ring() }
        }
        alarm = (instant, task)
    }

    private func ring() {
        alarm?.task.cancel()
        alarm = nil
        // Use one instant for both: a call that falls due between two would never be resumed.
        let now = ContinuousClock.now
        retryWaiting(at: now)
        let next = waiting.nextInstant(after: now, patience: patience.fewLanes)
        if let next { setAlarm(at: next) }
    }

    private func rank(of purpose: LaneCall, _ id: Int) -> LaneQueue.Rank {
        switch purpose {
        case .change: LaneQueue.Rank(kind: 0, call: id)
        case .host: LaneQueue.Rank(kind: 1, call: id)
        case .reading(let guest) where table.remembered.contains(guest):
            LaneQueue.Rank(kind: 4, lastProbe: memory?.lastProbe(of: guest) ?? 0, call: id)
        case .reading(let guest):
            LaneQueue.Rank(kind: table.isProven(guest) ? 2 : 3, call: id)
        }
    }

    func isRemembered(_ purpose: LaneCall) -> Bool {
        if case .reading(let guest) = purpose { return table.remembered.contains(guest) }
        return false
    }

    /// - Parameter isProof: Whether an agent has just answered.
    func callsChanged(isProof: Bool = false) {
        retryWaiting()
        guard waiting.isEmpty, !turnedAway.isEmpty else { return }
        // While a remembered guest still hangs, the others wait until their back-off ends.
        let candidates = turnedAway.filter { isProof || !table.remembered.contains($0) }
        guard
            candidates.contains(where: {
                if case .start = table.admission(of: .reading($0), hasWaited: true) { return true }
                return false
            })
        else { return }
        turnedAway.subtract(candidates)
        report?(.ready(candidates))
    }

    func retryWaiting(at now: ContinuousClock.Instant = .now) {
        waiting.admit(to: &table, at: now, patience: patience.fewLanes)
    }
}
