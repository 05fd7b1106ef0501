import CLibvirt
import GuestVCPU
import Synchronization
import Testing

@testable import LibvirtHost

@Suite("Changes whose set fails in libvirt", .timeLimit(.minutes(5)))
struct SetFailureTests {
    private let host = ScriptedHost("web")

    /// Asks for vCPUs 1 and 2 offline, going on where one fails, and returns what was sent.
    private func change(failing error: LibvirtError) async throws -> (
        result: TransactionResult, sets: [String]
    ) {
        host.state.withLock { state in
            state.setError = error
            state.maps = GuestVCPULists(vcpus: "0-3", online: "0-3", offlinable: "0-3")
        }
        let source = LibvirtSource(uri: "test:host", isReadOnly: false, driver: host) { _ in }
        var listings = source.listings().makeAsyncIterator()
        let guest = try #require(await listings.next()?.guests.first)
        let runner = TransactionRunner(
            writer: try #require(guest.writer), timeout: .seconds(30), clock: ContinuousClock())
        let result = try await runner.set([1, 2], online: false, policy: .keepGoing)
        return (result, host.state.withLock(\.asked).filter { !$0.hasSuffix("read") })
    }

    @Test(
        "an agent's error is tried one by one and blamed on a vCPU", arguments: [1, 113] as [Int32])
    func agentError(code: Int32) async throws {
        let (result, sets) = try await change(
            failing: LibvirtError(
                code: code,
                message: "unable to execute QEMU agent command 'guest-set-vcpus': No space left"))
        #expect(sets.map { $0.split(separator: " ").last } == ["1-2", "1", "2"])
        #expect(result.failures.map(\.vcpu) == [nil, 1, 2])
        #expect(result.outcome == .failed)
    }

    @Test(
        "after a timeout or an error of the whole guest the change ends, and blames no vCPU",
        arguments: [
            (112, "guest agent command timed out", .unresponsive),
            (86, "Guest agent is not responding: Guest agent not available for now", .unresponsive),
            (113, "'guest-set-vcpus': Command guest-set-vcpus has been disabled", .blocked),
            (113, "'guest-set-vcpus': x: the agent is in frozen state", .frozen),
            (
                113, "'guest-set-vcpus': The command guest-set-vcpus has not been found",
                .unsupported
            ),
        ] as [(Int32, String, AgentError.Kind)])
    func wholeGuest(code: Int32, message: String, kind: AgentError.Kind) async throws {
        let (result, sets) = try await change(failing: LibvirtError(code: code, message: message))
        #expect(sets.count == 1)
        #expect(result.failures.map(\.vcpu) == [nil])
        guard case .agent(let error) = result.failures.first?.cause else {
            Issue.record("\(result.failures)")
            return
        }
        #expect(error.kind == kind)
        #expect(result.outcome == .failed)
    }

    @Test("a guest that migrated away during a set is reported as migrated")
    func migrated() async throws {
        var error = LibvirtError(
            number: VIR_ERR_AGENT_UNRESPONSIVE,
            message: "Guest agent disappeared while executing command")
        error.departure = .done
        let (result, sets) = try await change(failing: error)
        #expect(sets.count == 1)
        guard case .agent(let failure) = result.failures.first?.cause else {
            Issue.record("\(result.failures)")
            return
        }
        #expect(failure.message.contains("has migrated to another host"))
    }
}
