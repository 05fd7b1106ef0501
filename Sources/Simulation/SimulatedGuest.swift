package import GuestVCPU

/// A simulated guest: its processors, its load, and the programs in it that change processors.
///
/// The type is a pure value: it changes only in its mutating methods, and the same seed and the
/// same calls give the same guest.
package struct SimulatedGuest: Hashable, Sendable {
    /// A periodic activity in the guest.
    package enum Habit: Hashable, Sendable {
        /// Changes one of these vCPUs in each period: takes them offline one by one, the last
        /// first, and then brings them back.
        case autoscaler(ids: [Int], period: Duration)
        /// Freezes the file systems for the last part of each period.
        case freezes(every: Duration, for: Duration)
        /// Stops the agent for the last part of each period.
        case stalls(every: Duration, for: Duration)
        /// Reboots at the end of each period; the agent is stopped for the last part of it.
        case reboots(every: Duration, for: Duration)
        /// Starts another QEMU process at the end of each period; there is none for the last part
        /// of it.
        case restarts(every: Duration, for: Duration)
    }

    /// The processors, ascending by id.
    package internal(set) var vcpus: [SimulatedVCPU]
    /// The periodic activities.
    package let habits: [Habit]
    /// How long the guest has been simulated.
    package private(set) var elapsed: Duration

    /// Whether the hypervisor has stopped the guest, so that it does no work.
    package internal(set) var isPaused = false
    /// How many of the host's CPUs its vCPUs share; nil where each always gets one.
    package internal(set) var hostCPUs: Int?

    /// The number of reboots.
    private var reboots = 0
    /// The number of QEMU processes before the present one.
    package private(set) var restarts = 0
    private let load: LoadModel
    private let seed: UInt64

    /// Creates a guest.
    ///
    /// - Parameters:
    ///   - vcpus: The processors; one with an invalid or duplicate id is dropped.
    ///   - busyness: The mean work, as a share of all processors, 0 to 1.
    ///   - habits: The periodic activities.
    ///   - seed: Determines the load.
    package init(
        vcpus: [SimulatedVCPU], busyness: Double = 0.2, habits: [Habit] = [], seed: UInt64 = 0
    ) {
        var seen: Set<Int> = []
        self.vcpus = vcpus.filter { CPUMap.idRange.contains($0.id) && seen.insert($0.id).inserted }
            .sorted { $0.id < $1.id }
        self.habits = habits
        elapsed = .zero
        self.seed = seed
        load = LoadModel(busyness: busyness, seed: seed)
    }

    /// Creates a guest with processors 0 to `count - 1`, all online; 0 is not offlinable.
    package init(count: Int, busyness: Double = 0.2, seed: UInt64 = 0) {
        self.init(
            vcpus: (0..<count).map { SimulatedVCPU(id: $0, isOfflinable: $0 > 0) },
            busyness: busyness, seed: seed)
    }

    /// How many CPUs' worth of work it does on average.
    var meanWork: Double { isPaused ? 0 : load.busyness * Double(vcpus.count) }

    /// The same guest, paused.
    var paused: SimulatedGuest {
        var guest = self
        guest.isPaused = true
        return guest
    }

    /// The maps that an honest agent would return.
    package var maps: GuestVCPUs {
        GuestVCPUs(
            vcpus: CPUMap(vcpus.map(\.id)), online: CPUMap(vcpus.filter(\.isOnline).map(\.id)),
            offlinable: CPUMap(vcpus.filter(\.isOfflinable).map(\.id)), readAt: .now)
    }

    /// Advances the simulation: the processors work, and the activities take place.
    ///
    /// - Parameter now: The time since the start; an earlier time than before has no effect.
    package mutating func advance(to now: Duration) {
        // After a long pause of the program, the details of the skipped hours do not matter.
        let skipped = now - .seconds(600)
        if skipped > elapsed {
            work(until: skipped, inOneSlot: true)
        }
        for (moment, act) in acts(after: elapsed, to: now) {
            work(until: moment)
            switch act {
            case .toggle(let id): toggle(id)
            case .reboot: reboot()
            case .restart: restart()
            }
        }
        work(until: now)
    }

    /// Toggles the state of a vCPU without the agent.
    ///
    /// - Parameter id: The vCPU; nil for the last offlinable one.
    package mutating func toggle(_ id: Int?) {
        guard let index = index(of: id) else { return }
        vcpus[index].isOnline.toggle()
    }

    /// Removes a processor, as the hypervisor does when it unplugs one.
    ///
    /// - Parameter id: The processor; nil for the last offlinable one.
    package mutating func unplug(_ id: Int?) {
        guard let index = index(of: id) else { return }
        vcpus.remove(at: index)
    }

    /// Adds a processor after the last one; it is offline, as a hot-plugged one is.
    package mutating func plug() {
        let id = (vcpus.last?.id ?? -1) + 1
        guard CPUMap.idRange.contains(id) else { return }
        vcpus.append(SimulatedVCPU(id: id, isOnline: false))
    }

    /// Reboots the kernel, which brings all processors online.
    package mutating func reboot() {
        reboots += 1
        for index in vcpus.indices { vcpus[index].isOnline = true }
    }

    /// Starts another QEMU process, whose threads have used no CPU time yet.
    private mutating func restart() {
        restarts += 1
        reboot()
        for index in vcpus.indices {
            vcpus[index].timeNanoseconds = 0
            vcpus[index].waitNanoseconds = 0
        }
    }

    /// The kernel's id of the present boot.
    package var bootID: String {
        let boot = String(reboots, radix: 16)
        let guest = String(seed & 0xFFFF_FFFF_FFFF, radix: 16)
        return String(repeating: "0", count: max(0, 8 - boot.count)) + boot + "-0000-4000-8000-"
            + String(repeating: "0", count: max(0, 12 - guest.count)) + guest
    }

    /// The position of an offlinable processor.
    private func index(of id: Int?) -> Int? {
        vcpus.lastIndex { $0.isOfflinable && (id == nil || $0.id == id) }
    }

    private mutating func work(until end: Duration, inOneSlot: Bool = false) {
        while elapsed < end {
            let slot = LoadModel.slot(at: elapsed)
            let slotEnd = inOneSlot ? end : min(end, LoadModel.end(ofSlot: slot))
            let nanoseconds = (slotEnd - elapsed) / .nanoseconds(1)
            if !isPaused, !isDown { work(for: nanoseconds, slot: slot) }
            elapsed = slotEnd
        }
    }

    /// Works for a time in which nothing changes.
    private mutating func work(for nanoseconds: Double, slot: Int) {
        let online = vcpus.indices.filter { vcpus[$0].isOnline }
        var wanted = load.shares(
            online: online.map { vcpus[$0].id }, of: vcpus.count, slot: slot)
        if isBooting { wanted = wanted.indices.map { $0 == 0 ? 0.9 : LoadModel.idleShare } }
        let total = wanted.reduce(0, +)
        let granted = hostCPUs.map { min(1, Double($0) / max(total, .leastNormalMagnitude)) } ?? 1
        for (index, wish) in zip(online, wanted) {
            let share = wish * granted
            vcpus[index].share = share
            vcpus[index].timeNanoseconds &+= UInt64(nanoseconds * share)
            // The busier a host is, the longer its threads queue.
            let waiting = max(share * share * 0.02, wish - share)
            vcpus[index].waitNanoseconds &+= UInt64(nanoseconds * waiting)
        }
        for index in vcpus.indices where !vcpus[index].isOnline && vcpus[index].spinsOffline {
            vcpus[index].timeNanoseconds &+= UInt64(nanoseconds * Self.spinningShare)
        }
    }

    /// The share of a processor that spins while it is offline.
    private static let spinningShare = 0.93
}
