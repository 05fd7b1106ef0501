import GuestVCPU
import QAPI
import Simulation
import TestSupport
import Testing

@Suite struct FaultTests {
    /// The result of an exchange for its client.
    enum Result: Hashable, Sendable {
        case count(Int64)
        case vcpus(Int, online: Int)
        case timedOut, closed, malformed, tooLarge, guest, disabled, notFound, frozen

        init(_ error: QAPIError) {
            self =
                switch error {
                case .timedOut: .timedOut
                case .closed, .failed, .notReady: .closed
                case .malformed: .malformed
                case .tooLarge: .tooLarge
                case .guest: .guest
                case .disabled: .disabled
                case .notFound: .notFound
                case .frozen: .frozen
                }
        }
    }

    /// Runs one exchange on an open session.
    static func result(
        _ agent: SimulatedAgent, timeout: Duration,
        _ exchange:
            @escaping (AgentSession, ContinuousClock.Instant) async throws(QAPIError) -> Result
    ) async throws -> Result {
        try await withSession(agent.path) { session in
            do throws(QAPIError) {
                return try await exchange(session, .now + timeout)
            } catch {
                return Result(error)
            }
        }
    }

    /// A short timeout where no answer comes, and a long one where an answer must come.
    static func timeout(_ expected: Result) -> Duration {
        expected == .timedOut ? .milliseconds(60) : .seconds(120)
    }

    static func script(_ fault: Fault, at step: ScriptedFault.Step) -> [ScriptedFault] {
        [ScriptedFault(fault, at: step, lasting: fault == .slow ? .milliseconds(120) : nil)]
    }

    /// Waits until the agent hangs: its client can time out earlier.
    static func endHang(_ fault: Fault, of agent: SimulatedAgent) async throws {
        guard fault == .hang || fault == .hangAfter else { return }
        try #require(await eventually { await agent.isPausing })
        await agent.resume()
    }

    // MARK: Names

    @Test("a scripted fault and its name are the same thing")
    func names() {
        for fault in ScriptedFault.all { #expect(ScriptedFault(fault.description) == fault) }
        for name in ["hang@set", "lieDone@set:2", "slow@get:1+", "dropAfter@sync:3+"] {
            #expect(ScriptedFault(name)?.description == name)
        }
        let expected = ScriptedFault(.hang, at: .get, number: 2, isRepeated: true)
        #expect(ScriptedFault("hang@get:2+") == expected)
    }

    @Test(
        "an invalid name of a fault is refused",
        arguments: [
            "", "hang", "hang@", "@set", "nope@set", "hang@nope", "hang@set:", "hang@set:0",
            "hang@set:-1", "hang@set:x", "hang@set:1:2", "hang@set:+", "hang@set@get",
        ])
    func badName(_ name: String) {
        #expect(ScriptedFault(name) == nil)
    }

    @Test("faults occur at their commands, counted from the start of the script")
    func counting() async throws {
        let faults = ["error@get:2", "blocked@get:4+"].compactMap(ScriptedFault.init)
        try await withAgent(faults: faults) { agent in
            func read() async throws -> Result {
                try await Self.result(agent, timeout: .seconds(120)) {
                    (session, deadline) throws(QAPIError) in
                    .count(Int64(try await session.vcpus(until: deadline).count))
                }
            }
            let expected: [Result] = [.count(4), .guest, .count(4), .disabled, .disabled]
            var results: [Result] = []
            for _ in expected { results.append(try await read()) }
            #expect(results == expected)
            await agent.script([])
            let last = try await read()
            #expect(last == .count(4))
        }
    }

    // MARK: Reading

    static func expectedOfGet(_ fault: Fault) -> Result {
        switch fault {
        case .hang, .hangAfter, .loseRequest, .loseReply: .timedOut
        case .dropBefore, .dropAfter, .dropInReply, .reboot, .rebootAfter: .closed
        case .garbage, .truncated, .notReply, .wrongType, .emptyReturn, .deep, .notUTF8,
            .duplicateMember, .emptyList, .duplicateID, .idTooLarge, .idNegative, .idFraction,
            .missingOnline, .wrongOnline, .staleReply:
            .malformed
        case .huge: .tooLarge
        case .blocked: .disabled
        case .unsupported: .notFound
        case .frozen: .frozen
        case .error, .bareError, .controlCharacters, .staleError: .guest
        case .otherAdmin: .vcpus(4, online: 3)
        case .unplug: .vcpus(3, online: 3)
        case .plug: .vcpus(5, online: 4)
        default: .vcpus(4, online: 4)
        }
    }

    @Test(
        "each fault of a reading has its effect",
        arguments: Fault.allCases.filter { $0.applies(to: .getVCPUs) })
    func get(_ fault: Fault) async throws {
        let expected = Self.expectedOfGet(fault)
        try await withAgent(faults: Self.script(fault, at: .get)) { agent in
            let result = try await Self.result(agent, timeout: Self.timeout(expected)) {
                (session, deadline) throws(QAPIError) in
                let vcpus = try await session.vcpus(until: deadline)
                return .vcpus(vcpus.count, online: vcpus.count { $0.isOnline })
            }
            #expect(result == expected)

            // The next exchange succeeds, and shows only the changes by others.
            try await Self.endHang(fault, of: agent)
            let guest = await agent.guest.maps
            let online = try await withSession(agent.path) { session in
                try await session.vcpus(until: .soon).count { $0.isOnline }
            }
            #expect(online == guest.online.count)
        }
    }

    @Test("a script can name the vCPU that another client changes")
    func chosenVCPU() async throws {
        let faults = [
            ScriptedFault(.otherAdmin, at: .get, vcpu: 1),
            ScriptedFault(.unplug, at: .set, vcpu: 2),
        ]
        try await withAgent(faults: faults) { agent in
            try await withSession(agent.path) { session in
                let vcpus = try await session.vcpus(until: .soon)
                #expect(vcpus.filter { !$0.isOnline }.map(\.logicalID) == [1])
                let count = try await session.setVCPUs(
                    [AgentVCPU(logicalID: 3, isOnline: false)], until: .soon)
                #expect(count == 1)
            }
            let maps = await agent.guest.maps
            #expect(maps.vcpus.list == "0-1,3")
            #expect(maps.online.list == "0")
        }
    }

    // MARK: Changing

    static func expectedOfSet(_ fault: Fault) -> (Result, online: String) {
        switch fault {
        case .hang, .loseRequest: (.timedOut, "0-3")
        case .hangAfter, .loseReply: (.timedOut, "0,3")
        case .dropBefore, .reboot, .rebootAfter: (.closed, "0-3")
        case .dropAfter, .dropInReply: (.closed, "0,3")
        case .dropPartWay: (.closed, "0,2-3")
        case .stopPartWay: (.count(1), "0,2-3")
        case .lieDone: (.count(2), "0-3")
        case .lieFailed, .staleError: (.guest, "0,3")
        case .countShort: (.count(1), "0,3")
        case .countZero: (.count(0), "0,3")
        case .countNegative: (.count(-1), "0,3")
        case .countTooLarge: (.count(3), "0,3")
        case .staleReply: (.count(7), "0,3")
        case .countHuge, .countFraction, .countText, .countNull, .garbage, .truncated, .notReply,
            .wrongType, .emptyReturn, .notUTF8, .duplicateMember:
            (.malformed, "0,3")
        // This is longer than any reply to a set takes.
        case .deep, .huge: (.tooLarge, "0,3")
        case .blocked: (.disabled, "0-3")
        case .unsupported: (.notFound, "0-3")
        case .frozen: (.frozen, "0-3")
        case .error, .bareError, .controlCharacters: (.guest, "0-3")
        case .otherAdmin, .unplug: (.count(2), "0")
        default: (.count(2), "0,3")
        }
    }

    @Test(
        "each fault of a set has its effect, and leaves the guest in its state",
        arguments: Fault.allCases.filter { $0.applies(to: .setVCPUs) })
    func set(_ fault: Fault) async throws {
        let (expected, online) = Self.expectedOfSet(fault)
        try await withAgent(faults: Self.script(fault, at: .set)) { agent in
            let result = try await Self.result(agent, timeout: Self.timeout(expected)) {
                (session, deadline) throws(QAPIError) in
                let changes = [1, 2].map { AgentVCPU(logicalID: $0, isOnline: false) }
                return .count(try await session.setVCPUs(changes, until: deadline))
            }
            #expect(result == expected)
            // The client may have timed out before the agent was done.
            try #require(await eventually { await agent.commands.last == .setVCPUs })
            #expect(await agent.guest.maps.online.list == online)
        }
    }

    @Test("a single change is never carried out in part")
    func oneChange() async throws {
        for fault in [Fault.dropPartWay, .stopPartWay] {
            try await withAgent(faults: Self.script(fault, at: .set)) { agent in
                _ = try await Self.result(agent, timeout: .seconds(120)) {
                    (session, deadline) throws(QAPIError) in
                    let changes = [AgentVCPU(logicalID: 1, isOnline: false)]
                    return .count(try await session.setVCPUs(changes, until: deadline))
                }
                #expect(await agent.guest.maps.online.list == "0,2-3")
            }
        }
    }

    // MARK: Synchronization

    @Test(
        "whatever fault a sync has, a session that opens reads the true state",
        arguments: Fault.allCases.filter { $0.applies(to: .syncDelimited) })
    func sync(_ fault: Fault) async throws {
        try await withAgent(faults: Self.script(fault, at: .sync)) { agent in
            do {
                let online = try await withSession(agent.path, timeout: .milliseconds(300)) {
                    try await $0.vcpus(until: .soon).filter(\.isOnline).count
                }
                #expect(online == (await agent.guest.maps.online.count))
            } catch is QAPIError {
                // The session did not open; the next one does.
            }
            try await Self.endHang(fault, of: agent)
            let online = try await withSession(agent.path) {
                try await $0.vcpus(until: .soon).filter(\.isOnline).count
            }
            #expect(online == (await agent.guest.maps.online.count))
        }
    }

    @Test("guest-info agrees on frozen, blocked and absent commands")
    func info() async throws {
        let frozen = SimulatedGuest(
            vcpus: [SimulatedVCPU(id: 0)],
            habits: [.freezes(every: .seconds(60), for: .seconds(60))])
        var traits = AgentTraits()
        traits.absent = [.freezeStatus]
        try await withAgent(frozen, traits: traits) { agent in
            let info = try await withSession(agent.path) { try await $0.info(until: .soon) }
            #expect(info.commands["guest-set-vcpus"] == false)
            #expect(info.commands["guest-ping"] == true)
            #expect(info.commands["guest-fsfreeze-status"] == nil)
        }
        traits.disabled = [.setVCPUs]
        try await withAgent(traits: traits) { agent in
            let info = try await withSession(agent.path) { try await $0.info(until: .soon) }
            #expect(info.commands["guest-set-vcpus"] == false)
            #expect(info.commands["guest-get-vcpus"] == true)
        }
    }
}
