import Glibc
import GuestVCPU
import QAPI
import Simulation
import TestSupport
import Testing
import UnixSockets

@Suite struct SimulatedFleetTests {
    /// Runs a test against a fleet whose guests are reached only through their sockets.
    static func withFleet(
        guests: Int, vcpus: Int = 8, _ body: (SimulatedFleet) async throws -> Void
    ) async throws {
        let fleet = try await SimulatedFleet.start(
            guests: guests, vcpus: vcpus, places: ["/tmp"], endpoint: Self.noEndpoint)
        do {
            try await body(fleet)
        } catch {
            await fleet.stop()
            throw error
        }
        await fleet.stop()
    }

    struct NoWay: GuestReader {
        func read(timeout: Duration) async throws(AgentError) -> AgentReading {
            throw AgentError(.absent)
        }
    }

    static let noEndpoint: SimulatedFleet.Endpoint = { _, _ in (NoWay(), nil) }

    static func listing(of fleet: SimulatedFleet) async -> SourceListing? {
        var listings = fleet.listings().makeAsyncIterator()
        return await listings.next()
    }

    static func openDescriptors(below directory: String) -> Int {
        (0..<Int32(8192)).count { descriptor in
            var address = sockaddr_un()
            var size = socklen_t(MemoryLayout<sockaddr_un>.size)
            let result = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    getsockname(descriptor, $0, &size)
                }
            }
            guard result == 0, address.sun_family == sa_family_t(AF_UNIX) else { return false }
            return withUnsafeBytes(of: address.sun_path) {
                $0.starts(with: directory.utf8)
            }
        }
    }

    @Test(
        "the fleet has the requested number of guests, each with its own name",
        arguments: [1, 2, 3, 4, 10, 40, 300])
    func count(guests: Int) async throws {
        try await Self.withFleet(guests: guests) { fleet in
            #expect(fleet.members.count == guests)
            #expect(Set(fleet.members.map(\.name)).count == guests)
            #expect(fleet.members.first?.story == nil)
            let listing = await Self.listing(of: fleet)
            #expect(listing?.status == .ok)
            #expect(listing?.guests.map(\.id) == fleet.members.map(\.id))
        }
    }

    @Test("the sockets are in a directory of the user's own, which is removed at the end")
    func cleanUp() async throws {
        var directory = ""
        try await Self.withFleet(guests: 30) { fleet in
            directory = fleet.directoryPath
            var status = stat()
            #expect(lstat(directory, &status) == 0)
            #expect(status.st_mode == S_IFDIR | 0o700)
            #expect(Self.openDescriptors(below: directory) == 30)
            for path in fleet.socketPaths {
                let parts = path.split(separator: "=", maxSplits: 1)
                try #require(parts.count == 2)
                let member = fleet.members.first { $0.name == parts[0] }
                #expect(member?.path == String(parts[1]))
                #expect(lstat(String(parts[1]), &status) == 0)
                #expect(status.st_mode == S_IFSOCK | 0o600)
            }
            let vcpus = try await withSession(fleet.members[0].path) {
                try await $0.vcpus(until: .soon).count
            }
            #expect(vcpus == 8)
        }
        var status = stat()
        #expect(lstat(directory, &status) == -1)
        #expect(Self.openDescriptors(below: directory) == 0)
    }

    @Test("the number of vCPUs is clamped")
    func vcpuRange() async throws {
        for (asked, given) in [(-5, 1), (0, 1), (1, 1), (4096, 4096), (1_000_000, 4096)] {
            try await Self.withFleet(guests: 2, vcpus: asked) { fleet in
                let count = await fleet.members[0].agent.guest.maps.vcpus.count
                #expect(count == given)
            }
        }
    }

    @Test("stopping ends all listings, also those that begin later")
    func stopEndsListings() async throws {
        let fleet = try await SimulatedFleet.start(
            guests: 2, vcpus: 2, places: ["/tmp"], endpoint: Self.noEndpoint)
        var listings = fleet.listings().makeAsyncIterator()
        #expect(await listings.next()?.guests.count == 2)
        await fleet.stop()
        #expect(await listings.next()?.guests.count == nil)
        var late = fleet.listings().makeAsyncIterator()
        _ = await late.next()
        #expect(await late.next()?.guests.count == nil)
        await fleet.stop()
    }

    @Test("each failure to start has its own error, and leaves no file behind")
    func failures() async throws {
        await #expect(throws: SimulationError.noDirectory(.missing(errno: ENOENT))) {
            try await SimulatedFleet.start(
                guests: 1, vcpus: 1, places: ["/no/such/place"], endpoint: Self.noEndpoint)
        }
        do {
            let fleet = try await SimulatedFleet.start(
                guests: 20_000_000, vcpus: 1, places: ["/tmp"], endpoint: Self.noEndpoint)
            await fleet.stop()
            Issue.record("it started")
        } catch .tooManyGuests(let count, let limit) {
            #expect(count == 20_000_000)
            #expect(limit < count)
        }
    }

    // MARK: The host's side

    @Test("the host sees every guest's vCPUs, and offline ones consume no time")
    func host() async throws {
        try await Self.withFleet(guests: 40) { fleet in
            let listing = try #require(await Self.listing(of: fleet))
            let first = await fleet.readHost(timeout: .seconds(120))
            #expect(first.count == 40)
            var second = first
            let isCounting = await eventually {
                second = await fleet.readHost(timeout: .seconds(120))
                return second.values.contains { $0.state == .running }
                    && total(second) > total(first)
            }
            #expect(isCounting)
            for (guest, member) in zip(listing.guests, fleet.members) {
                // There may be no process of this one.
                guard member.name != "restarting-vm" else { continue }
                let maps = await member.agent.guest.maps
                let before = try #require(first[guest.id]?.reading)
                let after = try #require(second[guest.id]?.reading)
                #expect(after.vcpus.map(\.index.number) == Array(maps.vcpus))
                #expect(after.current == maps.vcpus.count)
                // These change by themselves, or use CPU time while they are offline.
                guard !["autoscaler", "contradicted"].contains(member.name) else { continue }
                for (earlier, later) in zip(before.vcpus, after.vcpus)
                where maps.offline.contains(later.index.number) {
                    #expect(earlier.timeNanoseconds == later.timeNanoseconds)
                }
            }
            let paused = try #require(fleet.members.first { $0.name == "paused-test" })
            #expect(second[paused.id]?.state == .paused)
            #expect(
                second[paused.id]?.reading?.vcpus.allSatisfy { $0.timeNanoseconds == 0 } == true)
        }
    }

    private func total(_ observations: [GuestID: HostObservation]) -> UInt64 {
        observations.values.reduce(0) { sum, observation in
            sum + (observation.reading?.vcpus.reduce(0) { $0 + ($1.timeNanoseconds ?? 0) } ?? 0)
        }
    }

    @Test("the host's indices pair with the guest's ids where these have no gaps")
    func pairing() async throws {
        try await Self.withFleet(guests: 40) { fleet in
            let readings = await fleet.readHost(timeout: .seconds(120))
            for (name, confidence) in [
                ("web-01", Pairing.Confidence.inferred), ("hotplug-web", .inferred),
                ("gap-ids", .unknown),
            ] {
                let member = try #require(fleet.members.first { $0.name == name })
                let reading = try #require(
                    readings[member.id]?.reading)
                let guest = await member.agent.guest.maps.vcpus
                #expect(
                    Pairing.infer(guest: guest, host: reading.vcpus).confidence == confidence)
            }
        }
    }

    // MARK: Scale

    @Test("hundreds of guests are read through their sockets", arguments: [(300, 8), (1000, 16)])
    func scale(guests: Int, vcpus: Int) async throws {
        try await Self.withFleet(guests: guests, vcpus: vcpus) { fleet in
            let ordinary = fleet.members.filter { $0.story == nil }
            #expect(ordinary.count > guests - 40)
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for member in ordinary {
                    group.addTask {
                        try await withSession(member.path) {
                            try await $0.vcpus(until: .soon).count
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(counts.count == ordinary.count)
            #expect(counts.allSatisfy { $0 == vcpus })
            #expect(await fleet.readHost(timeout: .seconds(120)).count == guests)
            #expect(threadCount() < 64)
        }
    }

    private func threadCount() -> Int {
        var count = 0
        guard let tasks = opendir("/proc/self/task") else { return .max }
        while readdir(tasks) != nil { count += 1 }
        closedir(tasks)
        return count - 2
    }
}
