import GuestVCPU
import QEMUHost
import Simulation
import Testing

/// What the first screen of the demo shows comes from the simulated agents and the simulated host.
@Suite("The stories of the simulated guests") struct SpecialStoryTests {
    /// The fleet of the demo, at a time that the test advances.
    private struct Stage {
        let fleet: SimulatedFleet
        let guests: [Guest]
        let time: ManualTime

        func guest(_ name: String) throws -> Guest {
            try #require(guests.first { $0.id.name == name })
        }

        func reading(of name: String) async throws -> HostReading? {
            let id = try guest(name).id
            return await fleet.readHost(timeout: .seconds(120))[id]?.reading
        }

        /// What counters gained in some seconds, as a share of that time, by vCPU.
        func shares(
            of name: String, in seconds: Int, _ counter: KeyPath<HostVCPU, UInt64?>
        ) async throws -> [Double] {
            let before = try #require(try await reading(of: name))
            time.advance(by: .seconds(seconds))
            let after = try #require(try await reading(of: name))
            return try zip(before.vcpus, after.vcpus).map { earlier, later in
                let (from, to) = try (
                    #require(earlier[keyPath: counter]), #require(later[keyPath: counter])
                )
                return Double(to - from) / 1e9 / Double(seconds)
            }
        }
    }

    private func withStage(_ body: (Stage) async throws -> Void) async throws {
        let time = ManualTime()
        try await SpecialGuestTests.withFleet(guests: 24, time: time) { fleet, guests in
            try await body(Stage(fleet: fleet, guests: guests, time: time))
        }
    }

    @Test("a guest calls a vCPU offline whose thread is busy")
    func contradicted() async throws {
        try await withStage { stage in
            let shares = try await stage.shares(of: "contradicted", in: 5, \.timeNanoseconds)
            let guest = try stage.guest("contradicted")
            let offline = try await guest.reader.read(timeout: .seconds(120)).vcpus.offline
            #expect(offline.list == "3")
            #expect(shares[3] > 0.5)
        }
    }

    @Test("a guest waits for the host's CPUs far more than 20 % of the time; the others do not")
    func starving() async throws {
        try await withStage { stage in
            let waits = try await stage.shares(of: "starving-app", in: 5, \.waitNanoseconds)
            #expect(waits.max() ?? 0 > 0.4)
            let used = try await stage.shares(of: "starving-app", in: 5, \.timeNanoseconds)
            #expect(used.reduce(0, +) < 2.01)
            let others = try await stage.shares(of: "web-01", in: 5, \.waitNanoseconds)
            #expect(others.max() ?? 1 < 0.05)
            let reading = try #require(try await stage.reading(of: "starving-app"))
            let affinities = Set(reading.vcpus.compactMap(\.affinity))
            #expect(affinities.count == 1 && affinities.first?.count == 2)
            #expect(
                reading.vcpus.allSatisfy { vcpu in
                    vcpu.physicalCPU.map { vcpu.affinity?.contains($0) ?? false } ?? false
                })
        }
    }

    @Test("a guest of many vCPUs uses hardly one of them")
    func idleGiant() async throws {
        try await withStage { stage in
            let shares = try await stage.shares(of: "idle-giant", in: 30, \.timeNanoseconds)
            #expect(shares.count == 32)
            #expect(shares.reduce(0, +) < 1.5)
        }
    }

    @Test("a guest's vCPUs are pinned to a CPU each")
    func pinned() async throws {
        try await withStage { stage in
            let reading = try #require(try await stage.reading(of: "pinned-db"))
            let affinities = Set(reading.vcpus.compactMap(\.affinity))
            #expect(affinities.count == 8 && affinities.allSatisfy { $0.count == 1 })
        }
    }

    @Test("a guest reboots each minute: its agent is silent, and then answers from another boot")
    func rebooting() async throws {
        try await withStage { stage in
            let guest = try stage.guest("rebooting-ci")
            let member = try #require(stage.fleet.members.first { $0.id == guest.id })
            let first = await member.agent.guest.bootID
            stage.time.advance(by: .seconds(55))
            #expect(
                await SpecialGuestTests.status(of: guest, .milliseconds(300)) == "unresponsive")
            stage.time.advance(by: .seconds(6))
            #expect(await SpecialGuestTests.status(of: guest, .seconds(120)) == "ok")
            #expect(await member.agent.guest.bootID != first)
            // Its process goes on.
            #expect(try await stage.reading(of: "rebooting-ci") != nil)
        }
    }

    @Test("a guest's process ends each minute, and another one with other threads follows")
    func restarting() async throws {
        try await withStage { stage in
            let guest = try stage.guest("restarting-vm")
            stage.time.advance(by: .seconds(50))
            let first = try #require(try await stage.reading(of: "restarting-vm"))
            stage.time.advance(by: .seconds(6))
            #expect(try await stage.reading(of: "restarting-vm") == nil)
            #expect(await SpecialGuestTests.status(of: guest, .seconds(30)) == "disconnected")
            stage.time.advance(by: .seconds(6))
            let second = try #require(try await stage.reading(of: "restarting-vm"))
            #expect(await SpecialGuestTests.status(of: guest, .seconds(30)) == "ok")
            for (old, new) in zip(first.vcpus, second.vcpus) {
                #expect(old.thread != new.thread)
                #expect((new.timeNanoseconds ?? .max) < (old.timeNanoseconds ?? 0))
            }
            // No other guest's threads changed their numbers.
            let other = try #require(try await stage.reading(of: "web-03"))
            stage.time.advance(by: .seconds(52))
            #expect(try await stage.reading(of: "restarting-vm") == nil)
            let later = try #require(try await stage.reading(of: "web-03"))
            #expect(other.vcpus.map(\.thread) == later.vcpus.map(\.thread))
        }
    }

    @Test("few agents of the demo cannot be read, and several ordinary guests are of one kind")
    func firstScreen() async throws {
        try await withStage { stage in
            let failing = await withTaskGroup(of: Bool.self) { group in
                for guest in stage.guests {
                    group.addTask {
                        let isHung = guest.id.name == "hung-batch"
                        let timeout = Duration.seconds(isHung ? 1 : 30)
                        return await SpecialGuestTests.status(of: guest, timeout) != "ok"
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect((1...4).contains(failing))
            #expect(stage.fleet.members.count { $0.name.hasPrefix("web-") } >= 3)
            #expect(stage.fleet.members.count { $0.story != nil } >= 12)
        }
    }

    @Test("each story fits beside its guest's name in a status line of 80 columns")
    func storyLengths() async throws {
        try await SpecialGuestTests.withFleet { fleet, _ in
            for member in fleet.members {
                let line = "\(member.name) vCPU 0  offline  \(member.story ?? "") 60/60"
                #expect(line.utf8.count <= 80, "\(line)")
            }
        }
    }
}
