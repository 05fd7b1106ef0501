internal import GuestVCPU

/// Turns the host's successive readings of one guest into shares of a physical CPU.
struct HostTrack {
    /// The last reading with shares and pairing; nil while the host does not see the guest.
    private(set) var state: HostState?

    /// The recent readings from which shares are measured, the oldest first.
    private var earlier: [HostReading] = []
    /// The reading from which the next sample of the history is measured.
    private var mark: HostReading?
    /// The time of the first reading after the last change of the incarnation; nil before the first
    /// change.
    private var changedAt: ContinuousClock.Instant?

    /// The shortest interval of a measurement: the noise of the readings dominates a shorter one.
    private static let shortest = Duration.milliseconds(100)
    /// The shortest interval for counters that move in steps of a tick.
    private static let shortestOfTicks = Duration.milliseconds(500)
    /// The shortest interval of a sample of the history: a second, less a timer that fires early.
    private static let pieceOfHistory = Duration.milliseconds(900)
    /// The shortest time between two readings that are kept as the start of measurements.
    private static let closest = Duration.milliseconds(90)

    /// Records a reading; nil where the host does not see the guest.
    ///
    /// See `HostReading.shares(of:since:)` for the vCPUs that have a share.
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

    /// Pairs the last reading with what the guest says.
    mutating func pair(with guest: AgentReading) {
        guard let state else { return }
        let pairing = pairing(of: guest, with: state.reading)
        if pairing != state.pairing { self.state?.pairing = pairing }
    }

    /// A reading of the guest without an incarnation is used only if it is later than the first
    /// reading of the host's present incarnation.
    private func pairing(of guest: AgentReading?, with host: HostReading) -> Pairing {
        guard let guest else { return .unknown }
        if guest.incarnation == nil, let changedAt, guest.vcpus.readAt <= changedAt {
            return .unknown
        }
        return Pairing(guest: guest, host: host)
    }

    // MARK: - Shares

    /// - Returns: The shares, and the start of the longest interval that was measured.
    private func shares(
        of counter: KeyPath<HostVCPU, UInt64?>, in new: HostReading
    ) -> (shares: HostColumn<Double>, from: ContinuousClock.Instant?) {
        guard let base = base(for: new, atLeast: Self.shortest) else { return ([:], nil) }
        let measured = new.shares(of: counter, since: base)
        guard measured.values.contains(where: \.isOfTicks) else {
            return (measured.mapValues(\.share), base.readAt)
        }
        let longBase = self.base(for: new, atLeast: Self.shortestOfTicks)
        let long = longBase.map { new.shares(of: counter, since: $0) } ?? [:]
        var shares: HostColumn<Double> = [:]
        for (index, value) in measured {
            shares[index] = value.isOfTicks ? long[index]?.share : value.share
        }
        return (shares, (longBase ?? base).readAt)
    }

    /// The latest earlier reading that is at least this much older.
    private func base(for new: HostReading, atLeast length: Duration) -> HostReading? {
        earlier.last { $0.readAt.duration(to: new.readAt) >= length }
    }

    private mutating func keep(_ reading: HostReading) {
        if let last = earlier.last, last.readAt.duration(to: reading.readAt) < Self.closest {
            return
        }
        // Of the readings that are old enough for all counters, only the latest is needed.
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
