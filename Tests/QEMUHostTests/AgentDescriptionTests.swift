import GuestVCPU
import Simulation
import TestSupport
import Testing
import UnixSockets

@testable import QEMUHost

@Suite("The description of an agent that readings share")
struct AgentDescriptionTests {
    private func source(_ directory: PrivateDirectory, _ clock: VirtualClock) -> AgentSocketSource {
        AgentSocketSource(
            guestName: "web1", agentPath: directory.agent, qmpPath: nil, isReadOnly: false,
            reader: .system, patienceWithQMP: .ample
        ) { clock.now }
    }

    /// Runs a test against a simulated agent, which it stops at the end.
    private func withAgent(
        _ directory: PrivateDirectory, _ traits: AgentTraits = AgentTraits(),
        _ body: (SimulatedAgent) async throws -> Void
    ) async throws {
        let agent = try SimulatedAgent(
            SimulatedGuest(count: 4), path: directory.agent, traits: traits, elapsed: { .zero })
        await agent.start()
        do {
            try await body(agent)
        } catch {
            await agent.stop()
            throw error
        }
        await agent.stop()
    }

    /// An agent of another version, whose administrator has disabled sets.
    private static var upgraded: AgentTraits {
        var traits = AgentTraits()
        traits.version = "9.1.0"
        traits.disabled = [.setVCPUs]
        return traits
    }

    @Test("readings ask for the description once a minute")
    func onceAMinute() async throws {
        try await withDirectory { directory in
            let clock = VirtualClock()
            let reader = source(directory, clock).guest.reader
            try await withAgent(directory) { agent in
                for (pause, questions) in [(0, 1), (3, 1), (56, 1), (1, 2), (59, 2), (1, 3)] {
                    clock.advance(by: .seconds(pause))
                    let reading = try await reader.read(timeout: .ample)
                    #expect(reading.version == "7.2.22")
                    #expect(reading.setSupport == .available)
                    #expect(reading.vcpus.vcpus == [0, 1, 2, 3])
                    #expect(await agent.commands.count { $0 == .info } == questions)
                }
                #expect(await agent.commands.count { $0 == .getVCPUs } == 6)
            }
        }
    }

    @Test("an agent that was restarted with another version is shown within a minute")
    func restarted() async throws {
        try await withDirectory { directory in
            let clock = VirtualClock()
            let reader = source(directory, clock).guest.reader
            try await withAgent(directory) { _ in
                let reading = try await reader.read(timeout: .ample)
                #expect(reading.version == "7.2.22")
            }
            try await withAgent(directory, Self.upgraded) { _ in
                clock.advance(by: .seconds(60))
                let reading = try await reader.read(timeout: .ample)
                #expect(reading.version == "9.1.0")
                #expect(reading.setSupport == .disabled)
            }
        }
    }

    @Test("a change sees at once that the agent was restarted, and later readings learn of it")
    func change() async throws {
        try await withDirectory { directory in
            let guest = source(directory, VirtualClock()).guest
            let writer = try #require(guest.writer)
            try await withAgent(directory) { _ in
                let reading = try await guest.reader.read(timeout: .ample)
                #expect(reading.setSupport == .available)
            }
            try await withAgent(directory, Self.upgraded) { agent in
                // A plain reading may still have the earlier description here.
                _ = try await guest.reader.read(timeout: .ample)
                let result = try await TransactionRunner(writer: writer, timeout: .ample)
                    .set(3, online: false)
                #expect(result.outcome == .refused)
                #expect(result.reasons == [Refusal(vcpu: nil, code: .cannotSet)])
                #expect(!(await agent.commands.contains(.setVCPUs)))
                let reading = try await guest.reader.read(timeout: .ample)
                #expect(reading.version == "9.1.0")
                #expect(await agent.commands.count { $0 == .info } == 1)
            }
        }
    }

    @Test("the reading that a review shows asks for the description itself")
    func review() async throws {
        try await withDirectory { directory in
            let reader = source(directory, VirtualClock()).guest.reader
            try await withAgent(directory) { agent in
                for questions in 1...3 {
                    _ = try await reader.readWithBoot(timeout: .ample)
                    #expect(await agent.commands.count { $0 == .info } == questions)
                }
            }
        }
    }

    @Test("after a failed exchange, the next reading asks for the description again")
    func failure() async throws {
        try await withDirectory { directory in
            let reader = source(directory, VirtualClock()).guest.reader
            try await withAgent(directory) { agent in
                _ = try await reader.read(timeout: .ample)
                for fault in [Fault.dropBefore, .truncated, .wrongType] {
                    await agent.script([ScriptedFault(fault, at: .get)])
                    await #expect(throws: AgentError.self) {
                        try await reader.read(timeout: .ample)
                    }
                    let before = await agent.commands.count { $0 == .info }
                    _ = try await reader.read(timeout: .ample)
                    #expect(await agent.commands.count { $0 == .info } == before + 1)
                }
            }
            await #expect(throws: AgentError.self) { try await reader.read(timeout: .ample) }
            try await withAgent(directory, Self.upgraded) { _ in
                let reading = try await reader.read(timeout: .ample)
                #expect(reading.version == "9.1.0")
            }
        }
    }

    @Test("a description does not outlive a boot or the QEMU process, nor a failure")
    func ends() async throws {
        let description = AgentDescription(version: "7.2.22", setSupport: .available)
        let boots = ["1", "2"].compactMap {
            BootID(Array("4f1c2f8e-0000-4000-8000-00000000000\($0)\n".utf8))
        }
        try #require(boots.count == 2)
        let process = GuestProcess(qmp: nil, reader: .system) { .now }
        func remember() async {
            await process.remember(
                RememberedDescription(
                    description, incarnation: await process.incarnation, askedAt: .now))
            #expect(await process.agentDescription == description)
        }
        await process.recordBoot(boots[0])
        await remember()
        await process.recordBoot(boots[0])
        #expect(await process.agentDescription == description)
        await process.recordBoot(boots[1])
        #expect(await process.agentDescription == nil)
        await remember()
        await process.recordFailure()
        #expect(await process.agentDescription == nil)
    }
}
