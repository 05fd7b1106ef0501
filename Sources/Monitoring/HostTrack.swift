internal import GuestVCPU

/// Follows what the host says of one guest, and makes shares of a CPU of counters.
struct HostTrack {
    /// The last reading with its shares and pairing; nil while the host cannot see the guest.
    private(set) var state: HostState?

    /// What the shares are measured from: the readings of the last moments, the oldest first.
    private var earlier: [HostReading] = []
    /// What the next piece of history is measured from.
    private var mark: HostReading?
    /// The first reading after the guest's ids may have come to mean other vCPUs.
    private var changedAt: ContinuousClock.Instant?

    /// The shortest time to measure in; a share of less would be noise of the reading itself.
    private static let shortest = Duration.milliseconds(100)
    /// The shortest for counters that move in steps of a tick.
    private static let shortestOfTicks = Duration.milliseconds(500)
    /// How long a piece of history is, but for a timer that came early.
    private static let pieceOfHistory = Duration.milliseconds(900)
    /// Readings that follow one another faster are not all kept to measure from.
    private static let closest = Duration.milliseconds(90)

    /// Takes in a reading.
    ///
    /// A share is only made where two readings tell of the same thread and its counter did not
    /// go back: never a negative, never more than a whole CPU, never a made-up zero.
    mutating func record(_ reading: HostReading?, guest: AgentReading?) {
        guard let reading else {
            (state, earlier, mark) = (nil, [], nil)
            return
        }
        if let old = state, old.reading.incarnation != reading.incarnation {
            (state, earlier, mark) = (nil, [], nil)
            changedAt = reading.readAt
        }
        earlier.removeAll { $0.readAt >= reading.readAt }
        let (shares, measuredFrom) = shares(of: \.timeNanoseconds, in: reading)
        state = HostState(
            reading: reading, pairing: pairing(of: guest, with: reading), shares: shares,
            measuredFrom: measuredFrom,
            waitShares: self.shares(of: \.waitNanoseconds, in: reading).shares,
            history: history(with: reading))
        keep(reading)
    }

    /// Takes in what the guest says.
    mutating func pair(with guest: AgentReading) {
        guard let state else { return }
        let pairing = pairing(of: guest, with: state.reading)
        if pairing != state.pairing { self.state?.pairing = pairing }
    }

    /// A guest that does not say which incarnation it is counts only when it was read after the
    /// change was seen.
    private func pairing(of guest: AgentReading?, with host: HostReading) -> Pairing {
        guard let guest else { return .unknown }
        if guest.incarnation == nil, let changedAt, guest.vcpus.readAt <= changedAt {
            return .unknown
        }
        return Pairing(guest: guest, host: host)
    }

    // MARK: - Shares

    /// - Returns: The shares, and the time of the earliest reading that they are measured from.
    private func shares(
        of counter: KeyPath<HostVCPU, UInt64?>, in new: HostReading
    ) -> (shares: [HostIndex: Double], from: ContinuousClock.Instant?) {
        guard let base = base(for: new, atLeast: Self.shortest) else { return ([:], nil) }
        let measured = new.shares(of: counter, since: base)
        guard measured.values.contains(where: \.isOfTicks) else {
            return (measured.mapValues(\.share), base.readAt)
        }
        let longBase = self.base(for: new, atLeast: Self.shortestOfTicks)
        let long = longBase.map { new.shares(of: counter, since: $0) } ?? [:]
        var shares: [HostIndex: Double] = [:]
        for (index, value) in measured {
            shares[index] = value.isOfTicks ? long[index]?.share : value.share
        }
        return (shares, (longBase ?? base).readAt)
    }

    /// The latest reading that is old enough.
    private func base(for new: HostReading, atLeast length: Duration) -> HostReading? {
        earlier.last { $0.readAt.duration(to: new.readAt) >= length }
    }

    private mutating func keep(_ reading: HostReading) {
        if let last = earlier.last, last.readAt.duration(to: reading.readAt) < Self.closest {
            return
        }
        // One that is old enough for every counter is enough.
        while let second = earlier.dropFirst().first,
            second.readAt.duration(to: reading.readAt) >= Self.shortestOfTicks
        {
            earlier.removeFirst()
        }
        earlier.append(reading)
    }

    private mutating func history(with reading: HostReading) -> LoadHistory {
        var history = state?.history ?? LoadHistory()
        guard let mark, mark.readAt < reading.readAt else {
            mark = reading
            return history
        }
        if mark.readAt.duration(to: reading.readAt) >= Self.pieceOfHistory {
            history.append(
                reading.shares(of: \.timeNanoseconds, since: mark).mapValues(\.share),
                from: mark.readAt, to: reading.readAt)
            self.mark = reading
        }
        return history
    }
}
