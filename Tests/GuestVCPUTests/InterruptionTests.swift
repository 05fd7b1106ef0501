import GuestVCPU
import Synchronization
import Testing

/// A guest whose agent takes as long as it is told to, and remembers what was sent to it.
private final class HeldGuest: GuestWriter, AgentChannel, Sendable {
    enum Stage: Sendable { case open, read, set, nothing }

    private let state = Mutex(State())
    private let held: Stage
    private let gate = Gate()

    private struct State {
        var sets: [[VCPUChange]] = []
        var online = CPUMap(0...3)
        var opens = 0
        var closes = 0
    }

    init(holding stage: Stage) { held = stage }

    let setForm = SetForm.mixedList
    var sets: [[VCPUChange]] { state.withLock(\.sets) }
    var openLines: Int { state.withLock { $0.opens - $0.closes } }

    /// Waits until the agent is held at its stage.
    func reached() async { await gate.arrived() }
    func letGo() { gate.open() }

    func open(timeout: Duration) async throws(AgentError) -> any AgentChannel {
        if held == .open { await gate.pass() }
        state.withLock { $0.opens += 1 }
        return self
    }

    func read(timeout: Duration) async throws(AgentError) -> AgentReading {
        if held == .read { await gate.pass() }
        let online = state.withLock(\.online)
        return AgentReading(
            vcpus: GuestVCPUs(
                vcpus: CPUMap(0...3), online: online, offlinable: CPUMap(1...3), readAt: .now),
            version: nil, setSupport: .available)
    }

    func set(_ changes: [VCPUChange], timeout: Duration) async throws(AgentError) -> Int64 {
        if held == .set { await gate.pass() }
        state.withLock { state in
            state.sets.append(changes)
            for change in changes {
                if change.online {
                    state.online.insert(change.id)
                } else {
                    state.online.remove(change.id)
                }
            }
        }
        return Int64(changes.count)
    }

    func close() async { state.withLock { $0.closes += 1 } }
}

/// Holds one task until it is opened.
private final class Gate: Sendable {
    private let arrivals = AsyncStream<Void>.makeStream()
    private let openings = AsyncStream<Void>.makeStream()

    func pass() async {
        arrivals.continuation.yield()
        for await _ in openings.stream { return }
    }

    func arrived() async { for await _ in arrivals.stream { return } }

    func open() {
        openings.continuation.yield()
        openings.continuation.finish()
    }
}

@Suite("Interrupting a transaction", .timeLimit(.minutes(1)))
struct InterruptionTests {
    @Test(
        "an interruption while the agent is waited for ends it at once, with nothing sent ever",
        arguments: [HeldGuest.Stage.open, .read])
    fileprivate func early(stage: HeldGuest.Stage) async throws {
        let guest = HeldGuest(holding: stage)
        let interruption = Interruption()
        let request = try ChangeRequest([2], online: false)
        async let pending = TransactionRunner(writer: guest, timeout: .seconds(30))
            .run(request, interruption: interruption)
        await guest.reached()
        interruption.request()
        let result = await pending
        #expect(result.outcome == .unreachable && result.failure?.cause == .interrupted)
        // The line becomes free only now: it is closed, and nothing goes over it.
        guest.letGo()
        while guest.openLines != 0 { await Task.yield() }
        #expect(guest.sets.isEmpty)
    }

    @Test("an interruption before the start sends nothing")
    func before() async throws {
        let guest = HeldGuest(holding: .nothing)
        let interruption = Interruption()
        interruption.request()
        interruption.request()
        #expect(interruption.isRequested)
        let result = await TransactionRunner(writer: guest, timeout: .seconds(30))
            .run(try ChangeRequest([2], online: false), interruption: interruption)
        #expect(result.outcome == .unreachable && guest.sets.isEmpty)
    }

    @Test("an interruption while the intent is being noted sends nothing")
    func whileFollowing() async throws {
        let guest = HeldGuest(holding: .nothing)
        let interruption = Interruption()
        let result = await TransactionRunner(writer: guest, timeout: .seconds(30))
            .run(try ChangeRequest([2], online: false), interruption: interruption) { step in
                if case .sending = step { interruption.request() }
            }
        #expect(result.outcome == .refused && result.failure?.cause == .interrupted)
        #expect(guest.sets.isEmpty && guest.openLines == 0)
    }

    @Test("an interruption after the list was sent lets the transaction finish")
    func late() async throws {
        let guest = HeldGuest(holding: .set)
        let interruption = Interruption()
        async let pending = TransactionRunner(writer: guest, timeout: .seconds(30))
            .run(try ChangeRequest([2], online: false), interruption: interruption)
        await guest.reached()
        interruption.request()
        guest.letGo()
        let result = try await pending
        #expect(result.outcome == .committed && guest.sets.count == 1 && guest.openLines == 0)
    }
}
