import GuestVCPU
import Testing

@Suite("how busy a machine is")
struct PhysicalHostTests {
    private static let start = ContinuousClock().now

    private func reading(
        _ cpus: [PhysicalHostReading.CPU], total: CPUTimes? = nil, second: Int = 0
    ) -> PhysicalHostReading {
        PhysicalHostReading(cpus: cpus, total: total, readAt: Self.start + .seconds(second))
    }

    private func cpu(_ id: Int, _ busy: UInt64, _ idle: UInt64) -> PhysicalHostReading.CPU {
        PhysicalHostReading.CPU(id: id, node: 0, times: CPUTimes(busy: busy, idle: idle))
    }

    @Test("a CPU's share is what it worked of the time between two readings")
    func shares() {
        let first = reading([cpu(0, 100, 900), cpu(1, 50, 50)])
        let second = reading([cpu(0, 175, 925), cpu(1, 50, 150)], second: 1)
        let host = PhysicalHost(.local, second, since: first)
        #expect(host.cpus.map(\.busyShare) == [0.75, 0])
        #expect(host.busyCPUs == 0.75)
        #expect(PhysicalHost(.local, second).busyCPUs == nil)
        #expect(PhysicalHost(.local, second).cpus.map(\.busyShare) == [nil, nil])
    }

    @Test("a CPU that is new, or whose counter went back or stood still, has no share")
    func unknown() {
        let first = reading([cpu(0, 100, 900), cpu(1, 10, 10), cpu(2, 5, 5), cpu(3, 0, 0)])
        let second = reading(
            [cpu(0, 90, 990), cpu(1, 20, 9), cpu(2, 5, 5), cpu(3, 5, 5), cpu(4, 9, 0)], second: 1)
        let host = PhysicalHost(.local, second, since: first)
        #expect(host.cpus.map(\.busyShare) == [nil, nil, nil, 0.5, nil])
        // The one CPU that is known stands for all five.
        #expect(host.busyCPUs == 2.5)
    }

    @Test("where only the sum is read, the CPUs have no shares of their own")
    func total() {
        let cpus = (0..<8).map { PhysicalHostReading.CPU(id: $0, isOnline: $0 != 7) }
        let first = reading(cpus, total: CPUTimes(busy: 0, idle: 0))
        let second = reading(cpus, total: CPUTimes(busy: 30, idle: 10), second: 1)
        let host = PhysicalHost(.local, second, since: first)
        #expect(host.busyCPUs == 0.75 * 7)
        #expect(host.cpus.allSatisfy { $0.busyShare == nil })
        #expect(host.online.list == "0-6")
    }

    @Test("counters at the end of their range do not trap")
    func extremes() {
        let first = reading([cpu(0, 0, 0)], total: CPUTimes(busy: 0, idle: 0))
        let second = reading(
            [cpu(0, .max, .max)], total: CPUTimes(busy: .max, idle: .max), second: 1)
        let host = PhysicalHost(.local, second, since: first)
        #expect(host.busyCPUs == 0.5 && host.cpus.map(\.busyShare) == [0.5])
    }

    @Test("CPUs are listed once and in order, whatever a reading says")
    func order() {
        let host = PhysicalHost(
            .local,
            reading([cpu(9, 1, 1), cpu(2, 1, 1), cpu(9, 5, 5), cpu(-1, 0, 0), cpu(8192, 0, 0)]))
        #expect(host.cpus.map(\.id) == [2, 9])
    }

    @Test("pinned is a thread that may not run on every CPU that is online")
    func pinning() {
        let host = PhysicalHost(
            .local, reading((0..<8).map { .init(id: $0, isOnline: $0 < 6) }))
        #expect(host.pinning(of: PhysicalCPUSet(0..<64)) == nil)
        #expect(host.pinning(of: PhysicalCPUSet(0..<6)) == nil)
        #expect(host.pinning(of: PhysicalCPUSet([2, 3]))?.list == "2-3")
        #expect(host.pinning(of: PhysicalCPUSet([5, 6, 7]))?.list == "5")
        #expect(host.pinning(of: PhysicalCPUSet([7]))?.list == "")
    }
}
