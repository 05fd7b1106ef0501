import GuestVCPU
import TestSupport
import Testing

/// A virtual machine whose kernel numbers its CPUs as some Linux does.
private struct NumberingMachine {
    enum Kernel: CaseIterable {
        /// Before 4.9: the lowest number that is free.
        case lowestFree
        /// From 4.9: the next that was never used; the same slot gets its number back.
        case neverReused
        /// From 6.9: numbers are set aside at boot, in the order of the slots.
        case setAside
    }

    let kernel: Kernel
    let slots: Int
    /// The slots that have been plugged since the machine began.
    private(set) var permanent: Set<Int>
    /// The slots that are plugged, in the order of plugging.
    private(set) var order: [Int]
    /// What the kernel calls each slot, of those that it has heard of.
    private var numbers: [Int: Int] = [:]
    private var nextNumber = 0
    /// The order in which the running kernel has numbered, as an observer from its boot on knows it.
    private(set) var watchedOrder: [Int] = []
    /// Whether something was unplugged since the kernel began.
    private(set) var hasUnplugged = false

    init(_ kernel: Kernel, slots: Int, boot: Set<Int>) {
        self.kernel = kernel
        self.slots = slots
        permanent = boot
        order = boot.sorted()
        reboot()
    }

    mutating func reboot() {
        let present = order.sorted()
        numbers = Dictionary(zip(present, 0...), uniquingKeysWith: { $1 })
        nextNumber = present.count
        if kernel == .setAside {
            for slot in 0..<slots where numbers[slot] == nil {
                numbers[slot] = nextNumber
                nextNumber += 1
            }
        }
        watchedOrder = present
        hasUnplugged = false
    }

    mutating func plug(_ slot: Int) {
        guard !order.contains(slot) else { return }
        switch kernel {
        case .lowestFree:
            let taken = Set(order.map { numbers[$0] })
            numbers[slot] = (0...slots).first { !taken.contains($0) }
        case .neverReused, .setAside:
            if numbers[slot] == nil {
                numbers[slot] = nextNumber
                nextNumber += 1
            }
        }
        order.append(slot)
        watchedOrder.append(slot)
    }

    mutating func unplug(_ slot: Int) {
        guard order.count > 1, let place = order.firstIndex(of: slot), slot != 0 else { return }
        order.remove(at: place)
        permanent.remove(slot)
        hasUnplugged = true
    }

    /// The guest's number of a plugged slot.
    func number(of slot: Int) -> Int? { order.contains(slot) ? numbers[slot] : nil }

    var guest: CPUMap { CPUMap(order.compactMap { numbers[$0] }) }

    /// What a host says that knows which slots have always been there.
    var knowingPermanence: [HostVCPU] {
        order.enumerated().map { place, slot in
            HostVCPU(
                index: HostIndex(slot), timeNanoseconds: 0,
                plugOrder: permanent.contains(slot) ? 0 : place + 1)
        }
    }

    /// What a host says that knows an order of plugging alone.
    func knowingOrder(_ order: [Int]) -> [HostVCPU] {
        order.enumerated().map {
            HostVCPU(index: HostIndex($0.element), timeNanoseconds: 0, plugOrder: $0.offset + 1)
        }
    }
}

@Suite("Pairings over random histories")
struct PairingPropertyTests {
    /// The wrong pairs of a pairing, and how many pairs there are.
    private func check(_ pairing: Pairing, _ machine: NumberingMachine) -> (wrong: Int, all: Int) {
        var (wrong, all) = (0, 0)
        for slot in 0..<machine.slots {
            guard let id = pairing.guestID(of: HostIndex(slot)) else { continue }
            all += 1
            if id != machine.number(of: slot) { wrong += 1 }
        }
        return (wrong, all)
    }

    @Test(
        "whatever was plugged, unplugged and rebooted, no pair is wrong",
        arguments: [1, 2] as [UInt64])
    func neverWrong(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var pairs = (permanence: 0, order: 0, watched: 0, complete: 0)
        for _ in 0..<500 {
            let slots = Int.random(in: 2...7, using: &random)
            // Mostly the first slots, as machines begin; now and then any.
            let boot: Set<Int> =
                random.oneIn(4)
                ? Set((0..<slots).filter { _ in random.oneIn(2) }).union([0])
                : Set(0..<Int.random(in: 1...slots, using: &random))
            let kernels = NumberingMachine.Kernel.allCases
            var machine = NumberingMachine(
                kernels.randomElement(using: &random) ?? .neverReused, slots: slots, boot: boot)
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                let slot = Int.random(in: 0..<slots, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: machine.reboot()
                case 1: machine.unplug(slot)
                default: machine.plug(slot)
                }
                let permanence = check(
                    .infer(guest: machine.guest, host: machine.knowingPermanence), machine)
                #expect(permanence.wrong == 0, "seed \(seed): \(machine)")
                pairs.permanence += permanence.all
                if permanence.all == machine.order.count { pairs.complete += 1 }

                // Without the unpluggings, what was plugged again cannot be known.
                guard !machine.hasUnplugged else { continue }
                let order = check(
                    .infer(guest: machine.guest, host: machine.knowingOrder(machine.order)),
                    machine)
                #expect(order.wrong == 0, "seed \(seed): \(machine)")
                pairs.order += order.all
                let watched = check(
                    .infer(
                        guest: machine.guest, host: machine.knowingOrder(machine.watchedOrder),
                        isPlugOrderWatched: true), machine)
                #expect(watched.wrong == 0, "seed \(seed): \(machine)")
                #expect(watched.all >= order.all)
                pairs.watched += watched.all
            }
        }
        // And it does say something.
        #expect(pairs.permanence > 1_000 && pairs.complete > 100)
        #expect(pairs.order > 1_000 && pairs.watched > pairs.order)
    }

    @Test("what the firmware says is right in every history", arguments: [5, 6] as [UInt64])
    func firmware(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for kernel in NumberingMachine.Kernel.allCases {
            var machine = NumberingMachine(kernel, slots: 8, boot: [0, 1])
            for _ in 0..<200 {
                let slot = Int.random(in: 0..<8, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: machine.reboot()
                case 1: machine.unplug(slot)
                default: machine.plug(slot)
                }
                let claims = Dictionary(
                    machine.order.compactMap { slot in
                        machine.number(of: slot).map { ($0, HostIndex(slot)) }
                    },
                    uniquingKeysWith: { $1 })
                let reading = AgentReading(
                    vcpus: GuestVCPUs(
                        vcpus: machine.guest, online: machine.guest, offlinable: [], readAt: .now),
                    version: nil, setSupport: .available, firmwareIndices: claims)
                let pairing = Pairing(
                    guest: reading,
                    host: HostReading(
                        vcpus: machine.knowingPermanence, current: nil, maximum: nil,
                        readAt: .now))
                #expect(pairing.confidence == .confirmed)
                let checked = check(pairing, machine)
                #expect(checked.wrong == 0 && checked.all == machine.order.count)
            }
        }
    }
}
