import GuestVCPU
import QEMUHost
import TestSupport
import Testing
import UnixSockets

@testable import Simulation

/// `AgentSocket` as a program that uses the library holds it.
@Suite(.timeLimit(.minutes(2))) struct AgentSocketUseTests {
    private let ample = Duration.seconds(60)

    @Test("one value reads and changes its guest, and its reader reads the same")
    func readAndSet() async throws {
        try await withAgent { agent in
            let socket = AgentSocket(path: agent.path)
            #expect(socket.path == agent.path && "\(socket)" == "agent:\(agent.path)")
            let result = try await TransactionRunner(writer: socket, timeout: ample)
                .set(online: [], offline: [1])
            #expect(result.outcome == .committed, "\(result)")
            for reader in [socket, socket.reader] as [any GuestReader] {
                #expect(try await reader.read(timeout: ample).vcpus.online == [0, 2, 3])
            }
            let boot = try await socket.readWithBoot(timeout: ample).vcpus.boot.id
            #expect(boot != nil)
        }
    }

    @Test("the reader alone cannot change a guest")
    func readOnly() async throws {
        try await withAgent { agent in
            let reader: Any = AgentSocketReader(path: agent.path)
            #expect(reader is any GuestReader && !(reader is any GuestWriter))
            _ = try await AgentSocketReader(path: agent.path).read(timeout: ample)
            #expect(await agent.commands.allSatisfy { $0 != .setVCPUs })
        }
    }

    @Test("transactions and readings of one value at the same time wait for each other")
    func together() async throws {
        try await withAgent(SimulatedGuest(count: 8)) { agent in
            let socket = AgentSocket(path: agent.path)
            let runner = TransactionRunner(writer: socket, timeout: ample)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in 1...7 {
                    group.addTask {
                        let result = try await runner.set(id, online: false)
                        #expect(result.outcome == .committed, "\(result)")
                        #expect(result.changedElsewhere.isEmpty, "\(result)")
                    }
                    group.addTask {
                        let reading = try await socket.read(timeout: ample)
                        #expect(reading.vcpus.online.contains(0))
                    }
                }
                try await group.waitForAll()
            }
            #expect(await agent.guest.maps.online == [0])
        }
    }

    @Test("a cancelled reading ends at once, closes its connection, and disturbs no later one")
    func cancelled() async throws {
        try await withAgent(faults: [ScriptedFault(.hang, at: .get)]) { agent in
            let socket = AgentSocket(path: agent.path)
            let reading = Task { () async throws(AgentError) in
                try await socket.read(timeout: .seconds(3600))
            }
            try #require(await eventually { await agent.isPausing })
            reading.cancel()
            await #expect {
                _ = try await reading.value
            } throws: {
                ($0 as? AgentError)?.kind == .disconnected
            }
            try #require(await eventually { await !agent.hasClient })
            await agent.resume()
            #expect(try await socket.read(timeout: ample).vcpus.vcpus.count == 4)
        }
    }
}
