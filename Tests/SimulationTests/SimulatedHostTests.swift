import GuestVCPU
import TestSupport
import Testing

@testable import Simulation

@Suite("the machine of the simulated guests")
struct SimulatedHostTests {
    private func reading(_ count: Int, nanoseconds: UInt64) -> HostReading {
        HostReading(
            vcpus: (0..<count).map {
                HostVCPU(index: HostIndex($0), timeNanoseconds: nanoseconds)
            }, current: count, maximum: count, readAt: .now)
    }

    @Test(
        "it has room for its guests, on at least two NUMA nodes", arguments: [0, 20, 88, 500, 1e6])
    func size(load: Double) {
        let host = SimulatedHost(load: load, vcpus: [8], seed: 1)
        #expect(Double(host.count) >= min(load, 8192) && (32...8192).contains(host.count))
        #expect(host.nodes >= 2 && host.count % host.nodes == 0)
    }

    @Test("a vCPU's work keeps the CPU busy that it is on, and no CPU does more than it can")
    func work() throws {
        var host = SimulatedHost(load: 1, vcpus: [4, 40], pins: [0: 4], seed: 1)
        var readings: [PhysicalHostReading] = []
        var guests: [HostReading] = []
        for second in 0...2 {
            host.begin(at: .seconds(second))
            guests = [4, 40].map { reading($0, nanoseconds: UInt64(second) * 900_000_000) }
            for guest in guests.indices { host.place(&guests[guest], guest: guest) }
            readings.append(host.end(at: .now))
        }
        let state = PhysicalHost(.local, readings[2], since: readings[1])
        var used: [Int: Double] = [:]
        for vcpu in guests.flatMap(\.vcpus) {
            let cpu = try #require(vcpu.physicalCPU)
            #expect(vcpu.affinity?.contains(cpu) == true)
            used[cpu, default: 0] += 0.9
        }
        for cpu in state.cpus {
            let share = try #require(cpu.busyShare)
            let own = share - min(used[cpu.id] ?? 0, 1)
            #expect(own >= -0.001 && own < 0.03 && share <= 1)
        }
        #expect(guests[0].vcpus.allSatisfy { $0.affinity?.count == 1 })
        #expect(guests[1].vcpus.allSatisfy { $0.affinity?.count == host.count })
    }

    @Test("pinned vCPUs never move, and others sometimes do")
    func movement() {
        let host = SimulatedHost(load: 1, vcpus: [4, 4], pins: [0: 4], seed: 1)
        func places(_ guest: Int) -> Set<Int> {
            Set((0..<100).map { host.cpu(of: 1, guest: guest, at: .seconds(4 * $0)) })
        }
        #expect(places(0).count == 1)
        #expect(places(1).count > 1)
        #expect(Set(places(1).map { $0 / (host.count / host.nodes) }).count == 1)
    }

    @Test("the fleet reads it with its guests, two of which are pinned")
    func fleet() async throws {
        try await SimulatedFleetTests.withFleet(guests: 12) { fleet in
            #expect(await fleet.readPhysicalHost() == nil)
            let observations = await fleet.readHost(timeout: .seconds(120))
            let cpus = try #require(await fleet.readPhysicalHost()).cpus
            let host = PhysicalHost(.local, PhysicalHostReading(cpus: cpus, readAt: .now))
            let pinned = observations.filter { _, observation in
                observation.reading?.vcpus.contains {
                    $0.affinity.map { host.pinning(of: $0) != nil } ?? false
                } ?? false
            }
            #expect(Set(pinned.keys.map(\.name)) == ["starving-app", "pinned-db"])
        }
    }
}
