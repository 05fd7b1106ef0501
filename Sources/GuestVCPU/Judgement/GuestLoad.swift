/// What a guest as a whole uses of the host's CPUs, and how long it waits for them, between two
/// readings of the host.
///
/// Percentages are rounded to one decimal, as tables show them: what is shown, ordered and compared
/// is the same number.
package struct GuestLoad: Hashable, Sendable {
    /// How many physical CPUs it used; nil where that is not known.
    package private(set) var cores: Double?
    /// The part of what its online vCPUs could have used; of the plugged ones where the guest was
    /// never read.
    package private(set) var usePercent: Double?
    /// The part of the time that the vCPU that waited most was runnable and waited for a physical
    /// CPU; nil where the host does not count it.
    package private(set) var longestWaitPercent: Double?
    /// The mean of that over the online vCPUs.
    package private(set) var meanWaitPercent: Double?

    /// Sums up the last measurements; without two readings of the host nothing is known.
    package init(of guest: GuestState) {
        guard let host = guest.host else { return }
        let online = guest.vcpus?.online.count ?? host.reading.vcpus.count
        if let used = Self.sum(of: host.shares) {
            cores = used.sum
            usePercent = Self.percent(of: used.sum, in: min(online, used.count))
        }
        if let waited = Self.sum(of: host.waitShares) {
            longestWaitPercent = Self.percent(of: waited.largest, in: 1)
            meanWaitPercent = Self.percent(of: waited.sum, in: min(online, waited.count))
        }
    }

    private static func sum(
        of shares: HostColumn<Double>
    ) -> (sum: Double, largest: Double, count: Int)? {
        var sum = 0.0
        var largest = 0.0
        var count = 0
        for (_, share) in shares where share.isFinite {
            sum += max(share, 0)
            largest = max(largest, share)
            count += 1
        }
        return count > 0 ? (sum, largest, count) : nil
    }

    /// An offline vCPU neither runs nor waits, but for the time around a change: so a part is never
    /// more than all.
    private static func percent(of sum: Double, in count: Int) -> Double? {
        count > 0 ? (min(sum / Double(count), 1) * 1000).rounded() / 10 : nil
    }
}
