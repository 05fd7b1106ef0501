internal import GuestVCPU

/// The machine that runs the simulated guests: which of its CPUs each vCPU is on, and how busy they
/// are.
///
/// The type is a pure value: the same seed and the same calls give the same machine.
struct SimulatedHost {
    /// How many CPUs there are, evenly on the NUMA nodes.
    let count: Int
    let nodes: Int
    /// The CPUs that guests are pinned to, by guest: as many as vCPUs, or fewer to share.
    private let pins: [Int: Int]
    /// The first CPU of each guest's vCPUs.
    private var homes: [Int] = []
    /// Whether each guest is larger than half a node, so that it has no node of its own.
    private var isSpread: [Bool] = []
    private let hash: SeededHash
    private var times: [CPUTimes]
    /// The work that the guests did since the last reading, by CPU.
    private var work: [Double]
    /// The CPU time of each vCPU at the last reading, by guest and by the hypervisor's index.
    private var lastTimes: [[HostIndex: UInt64]]
    private var lastAt = Duration.zero
    private var now = Duration.zero

    /// The share of a CPU that the machine itself uses.
    private static let ownShare = 0.012
    /// How long a vCPU stays on a CPU before it may move.
    private static let stay = Duration.seconds(4)
    private static let shareThatMoves = 0.15
    private static let least = 32
    private static let most = PhysicalCPUSet.idRange.upperBound + 1

    /// Creates a machine that is large enough for the guests' usual work, with room to spare.
    ///
    /// - Parameters:
    ///   - load: How many CPUs' worth of work the guests do.
    ///   - vcpus: How many vCPUs each guest has.
    ///   - pins: How many CPUs the vCPUs of a guest are pinned to; the others are free to move.
    init(load: Double, vcpus: [Int], pins: [Int: Int] = [:], seed: UInt64) {
        var count = Self.least
        while count < Self.most, Double(count) < load * 1.1 { count *= 2 }
        self.count = count
        nodes = max(2, count / 64)
        self.pins = pins
        hash = SeededHash(seed: seed)
        times = Array(repeating: CPUTimes(busy: 0, idle: 0), count: count)
        work = Array(repeating: 0, count: count)
        lastTimes = vcpus.map { _ in [:] }
        let size = count / nodes
        // Guests fill the nodes in turn, and the CPUs of each node one after the other.
        var next = Array(repeating: 0, count: nodes)
        for (guest, vcpus) in vcpus.enumerated() {
            let node = guest % nodes
            homes.append(node * size + next[node] % size)
            isSpread.append(vcpus > size / 2)
            next[node] += vcpus
        }
    }

    /// The CPU that a vCPU of a guest is on.
    func cpu(of index: HostIndex, guest: Int, at moment: Duration) -> Int {
        let size = count / nodes
        guard !isSpread[guest] else { return (homes[guest] + index.number) % count }
        let node = homes[guest] / size
        let first = homes[guest] % size
        if let pin = pins[guest] {
            return node * size + (first + index.number % max(pin, 1)) % size
        }
        var place = first + index.number
        let slot = Int(moment / Self.stay)
        let draw = hash.fraction(guest, index.number, slot)
        if draw < Self.shareThatMoves {
            place += Int(draw / Self.shareThatMoves * Double(size))
        }
        return node * size + place % size
    }

    /// Begins a reading.
    mutating func begin(at moment: Duration) { now = max(moment, lastAt) }

    /// Adds to a guest's reading where its threads are, and counts their work.
    mutating func place(_ reading: inout HostReading, guest: Int) {
        guard homes.indices.contains(guest) else { return }
        let wall = max((now - lastAt) / .nanoseconds(1), 1)
        for position in reading.vcpus.indices {
            let vcpu = reading.vcpus[position]
            let cpu = cpu(of: vcpu.index, guest: guest, at: now)
            let time = vcpu.timeNanoseconds ?? 0
            let before = lastTimes[guest].updateValue(time, forKey: vcpu.index) ?? time
            // The threads of another process begin at 0.
            let used = time >= before ? time - before : time
            let share = min(Double(used) / wall, 1)
            work[cpu] += share
            let chance = hash.fraction(guest, vcpu.index.number, Int(now / .milliseconds(100)))
            reading.vcpus[position].physicalCPU = cpu
            reading.vcpus[position].affinity = affinity(of: guest, on: cpu)
            reading.vcpus[position].state = chance < share ? .running : .blocked
        }
    }

    /// The CPUs that a vCPU may run on: the one that it is on, those that its guest shares, or all.
    private func affinity(of guest: Int, on cpu: Int) -> PhysicalCPUSet {
        guard let pin = pins[guest] else { return PhysicalCPUSet(0..<count) }
        guard pin < lastTimes[guest].count else { return PhysicalCPUSet([cpu]) }
        return PhysicalCPUSet((0..<pin).map { self.cpu(of: HostIndex($0), guest: guest, at: now) })
    }

    /// Ends a reading, and says how busy the CPUs were since the last one.
    mutating func end(at instant: ContinuousClock.Instant) -> PhysicalHostReading {
        let wall = (now - lastAt) / .nanoseconds(1)
        let size = count / nodes
        for cpu in 0..<count {
            let busy = min(work[cpu] + Self.ownShare * (0.5 + hash.fraction(cpu)), 1) * wall
            times[cpu].busy &+= UInt64(busy)
            times[cpu].idle &+= UInt64(max(wall - busy, 0))
            work[cpu] = 0
        }
        lastAt = now
        return PhysicalHostReading(
            cpus: (0..<count).map { .init(id: $0, node: $0 / size, times: times[$0]) },
            readAt: instant)
    }
}
