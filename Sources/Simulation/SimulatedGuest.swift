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
    }

    /// The processors, ascending by id.
    package internal(set) var vcpus: [SimulatedVCPU]
    /// The periodic activities.
    package let habits: [Habit]
    /// How long the guest has been simulated.
    package private(set) var elapsed: Duration

    /// Whether the hypervisor has stopped the guest, so that it does no work.
    package internal(set) var isPaused = false

    /// The number of reboots.
    private var reboots = 0
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
        for (moment, ids) in scaling(after: elapsed, to: now) {
            work(until: moment)
            toggle(ids)
        }
        work(until: now)
    }

    /// Whether file systems are frozen now.
    package var isFrozen: Bool {
        habits.contains { habit in
            guard case .freezes(let period, let duration) = habit else { return false }
            return timeLeft(ofLast: duration, of: period) != nil
        }
    }

    /// How long the agent stays stopped; zero when it runs.
    package var stall: Duration {
        habits.map { habit in
            guard case .stalls(let period, let duration) = habit else { return .zero }
            return timeLeft(ofLast: duration, of: period) ?? .zero
        }
        .max() ?? .zero
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

    private func timeLeft(ofLast duration: Duration, of period: Duration) -> Duration? {
        guard period > .zero else { return nil }
        let left = period - elapsed.remainder(by: period)
        return left <= duration ? left : nil
    }

    /// The times at which autoscalers act, with their vCPUs.
    private func scaling(after start: Duration, to end: Duration) -> [(Duration, Int)] {
        habits.flatMap { habit -> [(Duration, Int)] in
            guard case .autoscaler(let ids, let period) = habit, !ids.isEmpty, period > .zero,
                end > start
            else { return [] }
            let first = Int(start / period) + 1
            let last = Int(end / period)
            guard first <= last else { return [] }
            return (first...last).map { number in
                let place = (number - 1) % (2 * ids.count)
                let id = place < ids.count ? ids[ids.count - 1 - place] : ids[place - ids.count]
                return (period * number, id)
            }
        }
        .sorted { $0.0 < $1.0 }
    }

    private mutating func work(until end: Duration, inOneSlot: Bool = false) {
        while elapsed < end {
            let slot = LoadModel.slot(at: elapsed)
            let slotEnd = inOneSlot ? end : min(end, LoadModel.end(ofSlot: slot))
            let nanoseconds = (slotEnd - elapsed) / .nanoseconds(1)
            let online = vcpus.indices.filter { vcpus[$0].isOnline }
            let shares = load.shares(
                online: online.map { vcpus[$0].id }, of: vcpus.count, slot: slot)
            for (index, share) in zip(online, shares) where !isPaused {
                vcpus[index].share = share
                vcpus[index].timeNanoseconds &+= UInt64(nanoseconds * share)
                // The busier a host is, the longer its threads queue.
                vcpus[index].waitNanoseconds &+= UInt64(nanoseconds * share * share * 0.02)
            }
            elapsed = slotEnd
        }
    }
}

extension Duration {
    /// The remainder after a division by the period.
    fileprivate func remainder(by period: Duration) -> Duration {
        self - period * Int(self / period)
    }
}
