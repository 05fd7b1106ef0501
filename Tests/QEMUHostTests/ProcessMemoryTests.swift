import Dispatch
import TestSupport
import Testing
import UnixSockets

@testable import QEMUHost

@Suite("Reads that a process can block", .timeLimit(.minutes(1)))
struct ProcessMemoryTests {
    @Test("a read that hangs blocks only further reads of the same process, until it returns")
    func heldUp() async throws {
        let memory = ProcessMemory(root: "/nonexistent", patience: .milliseconds(100))
        let gate = DispatchSemaphore(value: 0)
        let first = try await memory.run(of: 1) { () throws(Shortage) -> Int in
            gate.wait()
            return 1
        }
        #expect(first == nil)
        #expect(await memory.hangingProcesses == [1])
        #expect(try await memory.run(of: 1) { () throws(Shortage) -> Int in 2 } == nil)
        #expect(try await memory.run(of: 2) { () throws(Shortage) -> Int in 3 } == 3)
        gate.signal()
        try #require(await eventually { await memory.hangingProcesses.isEmpty })
        #expect(try await memory.run(of: 1) { () throws(Shortage) -> Int in 4 } == 4)
    }
}
