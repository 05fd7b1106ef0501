// How a guest comes to a number of online vCPUs, for the command and the dashboard alike.

extension GuestVCPUs {
    /// The numbers of online vCPUs that the guest can have.
    ///
    /// Nil where its reading holds no vCPU.
    public var possibleOnlineCounts: ClosedRange<Int>? {
        let lowest = max(1, online.subtracting(offlinable).count)
        return lowest <= vcpus.count ? lowest...vcpus.count : nil
    }

    /// The changes that leave so many vCPUs online: the highest that can go offline go first, the
    /// lowest offline ones come first.
    ///
    /// - Returns: Nil where the guest cannot have that many, or that few.
    package func changes(forOnline count: Int) -> VCPUTargets? {
        guard possibleOnlineCounts?.contains(count) == true else { return nil }
        let surplus = online.count - count
        let movable =
            surplus > 0 ? online.intersection(offlinable).reversed() : Array(offline)
        return VCPUTargets(CPUMap(movable.prefix(abs(surplus))), online: surplus < 0)
    }
}

extension VCPUTargets {
    /// What would be online in a guest if these were carried out.
    package func onlineAfterwards(of guest: GuestVCPUs) -> CPUMap {
        guest.online.union(online.intersection(guest.vcpus)).subtracting(offline)
    }
}
