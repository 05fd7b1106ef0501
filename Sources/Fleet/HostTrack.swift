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
    mutating func take(_ reading: HostReading?, guest: CPUMap?) {
        guard let reading else {
            state = nil
            return
        }
        state = HostState(
            reading: reading, pairing: pairing(reading, guest),
            shares: shares(from: state, to: reading))
    }

    /// Takes in which vCPUs the guest has.
    mutating func pair(with guest: CPUMap) {
        guard let state else { return }
        let pairing = pairing(state.reading, guest)
        guard pairing != state.pairing else { return }
        self.state = HostState(reading: state.reading, pairing: pairing, shares: state.shares)
    }

    private func pairing(_ reading: HostReading, _ guest: CPUMap?) -> Pairing {
        guest.map { Pairing.infer(guest: $0, host: reading.vcpus) } ?? .unknown
    }

    private func shares(from old: HostState?, to new: HostReading) -> [Int: Double] {
        guard let old else { return [:] }
        let wall = old.reading.readAt.duration(to: new.readAt) / .nanoseconds(1)
        guard wall > 0 else { return old.shares }
        var before: [Int: HostVCPU] = [:]
        for vcpu in old.reading.vcpus { before[vcpu.id] = vcpu }
        var shares: [Int: Double] = [:]
        for vcpu in new.vcpus {
            guard let earlier = before[vcpu.id], earlier.thread == vcpu.thread,
                let from = earlier.timeNanoseconds, let to = vcpu.timeNanoseconds, to >= from
            else { continue }
            shares[vcpu.id] = min(1, Double(to - from) / wall)
        }
        return shares
    }
}
