import GuestVCPU
import Synchronization

/// A guest that answers from a script, and counts its readings and sets.
final class ScriptedGuest: GuestReader, GuestWriter, AgentChannel {
    struct State {
        var online: CPUMap = [0, 1, 2]
        var error: AgentError?
        var reads = 0
        var bootReads = 0
        var readsUnderWay = 0
        var mostReadsUnderWay = 0
        var sets: [[VCPUChange]] = []
        var hasOverlap = false
        var isChannelOpen = false
    }

    let id: GuestID
    let state = Mutex(State())
    /// Readings wait while this gate is shut.
    let gate = Gate()
    let setForm = SetForm.mixedList

    init(_ name: String) {
        id = GuestID(source: .other("scripted"), name: name)
    }

    var guest: Guest { Guest(id: id, reader: self, writer: self) }
    var reads: Int { state.withLock { $0.reads } }

    func read(timeout: Duration) async throws(AgentError) -> AgentReading {
        state.withLock {
            $0.reads += 1
            $0.readsUnderWay += 1
            $0.mostReadsUnderWay = max($0.mostReadsUnderWay, $0.readsUnderWay)
        }
        await gate.pass()
        let (online, error) = state.withLock {
            $0.readsUnderWay -= 1
            return ($0.online, $0.error)
        }
        if let error { throw error }
        return AgentReading(
            vcpus: GuestVCPUs(
                vcpus: [0, 1, 2], online: online, offlinable: [1, 2], readAt: .now),
            version: "1", setSupport: .available)
    }

    func readWithBoot(timeout: Duration) async throws(AgentError) -> AgentReading {
        state.withLock { $0.bootReads += 1 }
        return try await read(timeout: timeout)
    }

    func open(timeout: Duration) async throws(AgentError) -> any AgentChannel {
        state.withLock {
            if $0.readsUnderWay > 0 { $0.hasOverlap = true }
            $0.isChannelOpen = true
        }
        return self
    }

    func set(_ changes: [VCPUChange], timeout: Duration) async throws(AgentError) -> Int64 {
        state.withLock {
            $0.sets.append(changes)
            for change in changes {
                if change.online {
                    $0.online.insert(change.id)
                } else {
                    $0.online.remove(change.id)
                }
            }
        }
        return Int64(changes.count)
    }

    func close() async {
        state.withLock { $0.isChannelOpen = false }
    }
}

/// A gate: tasks pass while it is open, and wait while it is shut.
final class Gate: Sendable {
    private let state = Mutex((isOpen: true, waiting: [CheckedContinuation<Void, Never>]()))

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    /// Whether a task waits for the gate.
    var isHolding: Bool { state.withLock { !$0.waiting.isEmpty } }

    func shut() { state.withLock { $0.isOpen = false } }

    func open() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// A source whose list the test sets.
final class ScriptedSource: GuestSource {
    let id = SourceID.other("scripted")
    let hostReads = Mutex(0)
    private let stream: AsyncStream<SourceListing>
    private let continuation: AsyncStream<SourceListing>.Continuation

    init(_ guests: [ScriptedGuest]) {
        (stream, continuation) = AsyncStream.makeStream()
        list(guests)
    }

    func list(
        _ guests: [ScriptedGuest], status: SourceStatus = .ok, needingRefresh: Set<GuestID> = []
    ) {
        continuation.yield(
            SourceListing(
                status: status, guests: guests.map(\.guest), needingRefresh: needingRefresh))
    }

    /// Lists one guest.
    func list(_ guest: Guest) {
        continuation.yield(SourceListing(status: .ok, guests: [guest]))
    }

    /// Lists read-only guests.
    func listReadOnly(_ guests: [ScriptedGuest]) {
        let guests = guests.map { Guest(id: $0.id, reader: $0, writer: nil) }
        continuation.yield(SourceListing(status: .ok, guests: guests))
    }

    func listings() -> AsyncStream<SourceListing> { stream }

    func readHost(timeout: Duration) async -> [GuestID: HostObservation] {
        hostReads.withLock { $0 += 1 }
        return [:]
    }
}
