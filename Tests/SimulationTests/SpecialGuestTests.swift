import GuestVCPU
import QEMUHost
import Simulation
import Testing

/// The special guests of the fleet, reached through the same code as real guests.
@Suite struct SpecialGuestTests {
    static func withFleet(
        guests: Int = 60, time: ManualTime = ManualTime(),
        _ body: (SimulatedFleet, [Guest]) async throws -> Void
    ) async throws {
        let fleet = try await SimulatedFleet.start(
            guests: guests, vcpus: 8, places: ["/tmp"], elapsed: { time.now }
        ) { name, path in
            let guest = AgentSocketSource(guestName: name, agentPath: path).guest
            return (guest.reader, guest.writer)
        }
        do {
            var listings = fleet.listings().makeAsyncIterator()
            try await body(fleet, await listings.next()?.guests ?? [])
        } catch {
            await fleet.stop()
            throw error
        }
        await fleet.stop()
    }

    /// The status of each special guest's agent at the start.
    static let statuses: [(name: String, status: String)] = [
        ("web-01", "ok"), ("deadline-db", "ok"), ("hotplug-web", "ok"), ("autoscaler", "ok"),
        ("stuck-set", "ok"), ("migrated-app", "ok"), ("flaky-link", "ok"),
        ("locked-down", "ok"), ("win-ts-01", "ok"), ("gap-ids", "ok"), ("slow-nfs", "ok"),
        ("hung-batch", "unresponsive"), ("backup-hourly", "ok"), ("hardened", "blocked"),
        ("legacy-rhel5", "unsupported"), ("rogue", "malformed"), ("broken-sysfs", "error"),
        ("crash-loop", "disconnected"), ("backup-now", "frozen"), ("nosmt-01", "ok"),
        ("second-try", "ok"), ("olap-64", "ok"), ("paused-test", "paused"),
        ("no-agent", "notRunning"), ("appliance", "absent"), ("held-by-other", "busy"),
        ("contradicted", "ok"), ("starving-app", "ok"), ("idle-giant", "ok"),
        ("pinned-db", "ok"), ("rebooting-ci", "ok"), ("restarting-vm", "ok"),
        ("other-tenant", "denied"), ("behind-hung", "waiting"), ("hpc-512", "ok"),
    ]

    @Test("the fleet shows every status that an agent can have")
    func everyStatus() async throws {
        let shown = Set(Self.statuses.map(\.status))
        #expect(shown == Set(AgentError.Kind.allCases.map(\.rawValue)).union(["ok"]))
        try await Self.withFleet { fleet, guests in
            let special = fleet.members.filter { $0.story != nil }.map(\.name)
            #expect(Set(special + ["web-01"]) == Set(Self.statuses.map(\.name)))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (name, status) in Self.statuses {
                    let guest = try #require(guests.first { $0.id.name == name })
                    group.addTask {
                        // The test does not wait for the agent that never answers.
                        let timeout = Duration.seconds(status == "unresponsive" ? 1 : 30)
                        #expect(await Self.status(of: guest, timeout) == status, "\(name)")
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("a flaky agent and a frozen guest come and go with time")
    func comeAndGo() async throws {
        let time = ManualTime()
        try await Self.withFleet(time: time) { _, guests in
            let frozen = try #require(guests.first { $0.id.name == "backup-hourly" })
            time.advance(by: .seconds(45))
            #expect(await Self.status(of: frozen, .seconds(30)) == "frozen")
            time.advance(by: .seconds(15))
            #expect(await Self.status(of: frozen, .seconds(30)) == "ok")
        }
    }

    static func status(of guest: Guest, _ timeout: Duration) async -> String {
        do throws(AgentError) {
            _ = try await guest.reader.read(timeout: timeout)
            return "ok"
        } catch {
            return error.kind.rawValue
        }
    }

    struct Change: Sendable {
        let online: CPUMap
        let offline: CPUMap
        let timeout: Duration
        let outcome: Outcome

        init(
            online: String = "", offline: String = "", timeout: Duration = .seconds(120),
            _ outcome: Outcome
        ) {
            self.online = CPUMap(online)
            self.offline = CPUMap(offline)
            self.timeout = timeout
            self.outcome = outcome
        }
    }

    /// The changes of a guest, one after the other, and the number of calls of `guest-set-vcpus`.
    static let changes: [(guest: String, changes: [Change], calls: Int)] = [
        ("web-01", [Change(offline: "2-3", .committed), Change(offline: "2-3", .unchanged)], 1),
        ("win-ts-01", [Change(offline: "1", .refused)], 0),
        ("locked-down", [Change(offline: "1", .refused)], 0),
        (
            "gap-ids",
            [
                Change(online: "7", offline: "2", .refused),
                Change(offline: "3,12,33", .committed),
                Change(online: "12", offline: "1,6", .committed),
            ], 2
        ),
        ("hotplug-web", [Change(online: "6-7", .committed)], 1),
        ("deadline-db", [Change(offline: "3", .failed), Change(offline: "1-4", .rolledBack)], 4),
        ("second-try", [Change(offline: "1-3", .committed)], 2),
        ("nosmt-01", [Change(online: "1", offline: "2", .failed)], 1),
        ("migrated-app", [Change(offline: "1-2", .partial)], 3),
        ("olap-64", [Change(online: "24-27", offline: "1-9", .committed)], 1),
        ("hung-batch", [Change(offline: "1", timeout: .milliseconds(500), .unreachable)], 0),
        ("backup-now", [Change(offline: "1", .unreachable)], 0),
    ]

    @Test("each special guest leads to the outcomes that it demonstrates")
    func outcomes() async throws {
        try await Self.withFleet { fleet, guests in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (name, changes, calls) in Self.changes {
                    let guest = try #require(guests.first { $0.id.name == name })
                    let member = try #require(fleet.members.first { $0.name == name })
                    group.addTask {
                        for change in changes { try await Self.expect(change, of: guest, member) }
                        let sets = await member.agent.commands.filter { $0 == .setVCPUs }
                        #expect(sets.count == calls, "\(name)")
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    static func expect(
        _ change: Change, of guest: Guest, _ member: SimulatedFleet.Member
    ) async throws {
        let runner = TransactionRunner(
            writer: try #require(guest.writer), timeout: change.timeout)
        let result = try await runner.set(online: change.online, offline: change.offline)
        #expect(result.outcome == change.outcome, "\(guest.id.name)")
        guard let after = result.after else { return }
        let isTrue = after.hasSameState(as: await member.agent.guest.maps)
        #expect(isTrue, "\(guest.id.name)")
    }

    @Test("marks on the autoscaler's CPUs conflict after its next step")
    func conflict() async throws {
        let time = ManualTime()
        try await Self.withFleet(time: time) { _, guests in
            let guest = try #require(guests.first { $0.id.name == "autoscaler" })
            let reviewed = try await guest.reader.read(timeout: .seconds(120)).vcpus
            time.advance(by: .seconds(3))
            let runner = TransactionRunner(
                writer: try #require(guest.writer), timeout: .seconds(120))
            let request = try ChangeRequest(online: [], offline: CPUMap("4-7"))
            let result = await runner.run(request, reviewed: reviewed)
            #expect(result.outcome == .conflict)
            #expect(result.reasons == [Refusal(vcpu: 7, code: .changed)])
        }
    }

    @Test("a change that hangs ends unknown; it is made later, and a reading then shows it")
    func doneLater() async throws {
        try await withAgent(faults: [ScriptedFault(.hang, at: .set)]) { agent in
            let guest = AgentSocketSource(guestName: "stuck", agentPath: agent.path).guest
            let runner = TransactionRunner(
                writer: try #require(guest.writer), timeout: .seconds(4))
            var result = try await runner.set(3, online: false)
            // On a busy host even a good agent may be late; then nothing was sent.
            for _ in 0..<5 where result.outcome == .unreachable {
                result = try await runner.set(3, online: false)
            }
            #expect(result.outcome == .unknown, "\(result)")
            #expect(await agent.guest.maps.online.list == "0-3")
            await agent.resume()
            let reading = try await guest.reader.read(timeout: .seconds(120))
            #expect(reading.vcpus.online.list == "0-2")
        }
    }
}
