internal import GuestVCPU

/// Follows what the host says of one guest, and makes shares of a CPU of counters.
struct HostTrack {
    /// The last reading with its shares and pairing; nil while the host cannot see the guest.
    private(set) var state: HostState?

    /// Takes in a reading.
    ///
    /// A share is only made where two readings tell of the same thread and its counter did not
    /// go back: never a negative, never a made-up zero. Counters move in steps of up to 10 ms,
    /// so that a busy CPU can seem to have run for longer than the interval; that is cut to 1.
    mutating func take(_ reading: HostReading?, guest: AgentReading?) {
        guard let reading else {
            state = nil
            return
        }
        guard let old = state, old.reading.incarnation == reading.incarnation else {
            state = HostState(
                reading: reading, pairing: Pairing(guest: guest, host: reading), shares: [:])
            return
        }
        let interval = old.reading.readAt.duration(to: reading.readAt)
        var (shares, waits, history) = (old.shares, old.waitShares, old.history)
        if interval > .zero {
            shares = rates(of: \.timeNanoseconds, from: old.reading, to: reading, in: interval)
            waits = rates(of: \.waitNanoseconds, from: old.reading, to: reading, in: interval)
            history.append(shares, from: old.reading.readAt, to: reading.readAt)
        }
        state = HostState(
            reading: reading, pairing: Pairing(guest: guest, host: reading), shares: shares,
            waitShares: waits, history: history)
    }

    /// Takes in what the guest says.
    mutating func pair(with guest: AgentReading) {
        guard let state else { return }
        let pairing = Pairing(guest: guest, host: state.reading)
        guard pairing != state.pairing else { return }
        self.state = HostState(
            reading: state.reading, pairing: pairing, shares: state.shares,
            waitShares: state.waitShares, history: state.history)
    }

    private func rates(
        of counter: KeyPath<HostVCPU, UInt64?>, from old: HostReading, to new: HostReading,
        in interval: Duration
    ) -> [Int: Double] {
        let wall = interval / .nanoseconds(1)
        var before: [Int: HostVCPU] = [:]
        for vcpu in old.vcpus { before[vcpu.id] = vcpu }
        var rates: [Int: Double] = [:]
        for vcpu in new.vcpus {
            guard let earlier = before[vcpu.id], earlier.thread == vcpu.thread,
                let from = earlier[keyPath: counter], let to = vcpu[keyPath: counter], to >= from
            else { continue }
            rates[vcpu.id] = min(1, Double(to - from) / wall)
        }
        return rates
    }
}
