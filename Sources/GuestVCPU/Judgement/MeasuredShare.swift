/// The share of a physical CPU that a vCPU's counter shows between two readings.
package struct MeasuredShare: Hashable, Sendable {
    /// 0 is idle, 1 all of a physical CPU.
    package let share: Double
    /// Whether the counter moves in steps of a tick, so that a short interval tells little.
    package let isOfTicks: Bool

    /// The step of counters that the kernel moves at its timer's interrupt.
    private static let tickNanoseconds: UInt64 = 10_000_000

    fileprivate init?(from old: UInt64, to new: UInt64, wallNanoseconds: Double) {
        guard new >= old else { return nil }
        share = min(1, Double(new - old) / wallNanoseconds)
        isOfTicks = old % Self.tickNanoseconds == 0 && new % Self.tickNanoseconds == 0
    }
}

extension HostReading {
    /// The share that each vCPU used since an earlier reading, by `HostVCPU.index`.
    ///
    /// A vCPU is left out unless both readings show the same thread and its counter did not go
    /// back: never a negative share, never more than a whole CPU, never an invented zero.
    package func shares(
        of counter: KeyPath<HostVCPU, UInt64?>, since old: HostReading
    ) -> HostColumn<MeasuredShare> {
        let wall = old.readAt.duration(to: readAt) / .nanoseconds(1)
        guard wall > 0, old.incarnation == incarnation else { return [:] }
        // Both ascend by index, and mostly have the same.
        var before = 0
        var shares: HostColumn<MeasuredShare> = [:]
        for vcpu in vcpus {
            while before < old.vcpus.count, old.vcpus[before].index < vcpu.index { before += 1 }
            guard before < old.vcpus.count, old.vcpus[before].index == vcpu.index,
                old.vcpus[before].isSameThread(as: vcpu),
                let from = old.vcpus[before][keyPath: counter], let to = vcpu[keyPath: counter]
            else { continue }
            shares[vcpu.index] = MeasuredShare(from: from, to: to, wallNanoseconds: wall)
        }
        return shares
    }
}

extension HostVCPU {
    /// Whether the same thread runs both, as far as is known: a number can be used again, by a
    /// thread that began later.
    package func isSameThread(as other: HostVCPU) -> Bool {
        thread == other.thread && threadStart == other.threadStart
    }
}
