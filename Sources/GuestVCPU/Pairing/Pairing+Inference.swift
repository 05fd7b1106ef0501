extension Pairing {
    /// Infers the pairing from the numbers, and from what is known of how they came about.
    ///
    /// At its boot a kernel numbers the CPUs that are there from 0, in the order of the
    /// hypervisor's indices. How it numbers those plugged later depends on its age:
    /// - before Linux 4.9, the lowest number that is free;
    /// - from 4.9, the next that was never used; the same slot gets its number back;
    /// - from 6.9, a number that it set aside at boot, in the order of the indices.
    ///
    /// So there is nothing to infer where the guest's numbers have gaps or are not as many as
    /// the host's CPUs, and otherwise only those vCPUs are paired whose number is the same
    /// whatever the kernel and whenever it was booted:
    /// - With `plugOrder` 0 known: the lowest indices, as far as they have always been there; and
    ///   one more, if it is the only one left.
    /// - With an order alone: those before which only lower, and after which only higher indices
    ///   were plugged. That takes for granted that nothing was unplugged and plugged again while
    ///   the guest's kernel ran.
    /// - With an order that was watched since the kernel's boot: also those that only the order
    ///   can have numbered.
    /// - With no order: all, where the host's indices are the guest's numbers and the threads
    ///   were made in the same order.
    ///
    /// - Parameters:
    ///   - guest: The guest's numbers.
    ///   - host: The hypervisor's vCPUs, in any order.
    ///   - isPlugOrderWatched: See `HostReading.isPlugOrderWatched`.
    /// - Source: Linux, arch/x86/kernel/apic/apic.c (`allocate_logical_cpuid`) and
    ///   arch/x86/kernel/cpu/topology.c (`topology_init_possible_cpus`).
    public static func infer(
        guest: CPUMap, host: [HostVCPU], isPlugOrderWatched: Bool = false
    ) -> Pairing {
        guard let highest = guest.max, highest == guest.count - 1, guest.count == host.count,
            Set(host.map(\.index)).count == host.count
        else { return .unknown }
        let plugged = host.compactMap { vcpu in
            vcpu.plugOrder.map { (order: $0, index: vcpu.index) }
        }
        guard plugged.count == host.count else { return inferByThreads(guest, host) }

        let order = plugged.sorted { ($0.order, $0.index) < ($1.order, $1.index) }
        guard zip(order, order.dropFirst()).allSatisfy({ $0.order == 0 || $0.order < $1.order })
        else { return .unknown }
        let indices = order.map(\.index)
        if !isPlugOrderWatched, order.first?.order == 0 {
            return inferByPermanence(indices, permanent: order.prefix { $0.order == 0 }.count)
        }
        return inferByOrder(indices, undoubted: isPlugOrderWatched ? undoubted(indices) : 0)
    }

    /// - Parameters:
    ///   - indices: Those that have always been there, ascending; then the others.
    ///   - permanent: How many have always been there.
    private static func inferByPermanence(_ indices: [HostIndex], permanent: Int) -> Pairing {
        var paired = zip(indices.prefix(permanent), 0...).prefix { $0.number == $1 }.count
        // The last number is that of the last one that is left.
        if paired == indices.count - 1 { paired += 1 }
        return Pairing(
            .inferred, HostColumn(zip(indices.prefix(paired), 0...)))
    }

    /// - Parameters:
    ///   - order: In the order in which they were plugged.
    ///   - undoubted: How many of the first are numbered in that order for certain.
    private static func inferByOrder(_ order: [HostIndex], undoubted: Int) -> Pairing {
        var lowestLater = [Int](repeating: .max, count: order.count + 1)
        for position in order.indices.reversed() {
            lowestLater[position] = min(lowestLater[position + 1], order[position].number)
        }
        var guestIDs: HostColumn<Int> = [:]
        var highestEarlier = -1
        // A guest that numbers in this order gives each vCPU its position.
        for (position, index) in order.enumerated() {
            let isInTurn = highestEarlier < index.number && index.number < lowestLater[position + 1]
            if position < undoubted || isInTurn { guestIDs[index] = position }
            highestEarlier = max(highestEarlier, index.number)
        }
        return Pairing(.inferred, guestIDs)
    }

    /// How many of the first are numbered in the order of plugging whatever the kernel.
    ///
    /// One that set numbers aside at its boot would have left a gap for each slot that is free
    /// below the highest that was plugged later. So those plugged later are all below the first
    /// free slot, or it is no such kernel.
    private static func undoubted(_ order: [HostIndex]) -> Int {
        let plugged = Set(order.map(\.number))
        let firstFree = (0...order.count).first { !plugged.contains($0) } ?? order.count
        let fewestAtBoot = (order.lastIndex { $0.number > firstFree } ?? -1) + 1
        let mostAtBoot = 1 + zip(order, order.dropFirst()).prefix(while: <).count
        return fewestAtBoot <= mostAtBoot ? fewestAtBoot : order.count
    }

    private static func inferByThreads(_ guest: CPUMap, _ host: [HostVCPU]) -> Pairing {
        let host = host.sorted { $0.index < $1.index }
        guard zip(host, guest).allSatisfy({ $0.index.number == $1 }) else { return .unknown }
        let threads = host.compactMap(\.thread)
        // Thread numbers wrap around at their limit; then fewer vCPUs are paired, never wrong ones.
        guard zip(threads, threads.dropFirst()).allSatisfy(<=) else { return .unknown }
        return Pairing(
            .inferred, HostColumn(zip(host.map(\.index), guest)))
    }
}
