import GuestVCPU
import QAPI
import Simulation
import Synchronization
import Testing
import UnixSockets

/// A clock that only the test advances.
final class ManualTime: Sendable {
    private let elapsed = Mutex(Duration.zero)

    var now: Duration { elapsed.withLock { $0 } }

    func advance(by duration: Duration) {
        elapsed.withLock { $0 += duration }
    }
}

/// Runs a test against one simulated agent on a real socket.
func withAgent(
    _ guest: SimulatedGuest = SimulatedGuest(count: 4), traits: AgentTraits = AgentTraits(),
    faults: [ScriptedFault] = [], time: ManualTime = ManualTime(),
    _ body: (SimulatedAgent) async throws -> Void
) async throws {
    let directory = try PrivateDirectory(prefix: "sim-", in: ["/tmp"], longestName: 8)
    defer { directory.remove() }
    let agent = try SimulatedAgent(
        guest, path: directory.path(of: "s"), traits: traits, faults: faults,
        elapsed: { time.now })
    await agent.start()
    do {
        try await body(agent)
    } catch {
        await agent.stop()
        throw error
    }
    await agent.stop()
}

/// A client that sends and receives lines.
final class RawClient {
    let stream: UnixStream
    private var framer = Framer()
    private var lines: [String] = []

    init(_ path: String) async throws {
        stream = try await UnixStream.connect(to: path, until: .soon)
    }

    func send(_ text: String) async throws {
        try await stream.send(Array(text.utf8), until: .soon)
    }

    func send(_ bytes: [UInt8]) async throws {
        try await stream.send(bytes, until: .soon)
    }

    /// The next line, with `<FF>` in place of 0xFF.
    func line(until deadline: ContinuousClock.Instant = .soon) async throws -> String {
        while lines.isEmpty {
            for frame in framer.push(try await stream.receive(until: deadline)) {
                guard case .line(let bytes, let afterReset) = frame else { continue }
                lines.append((afterReset ? "<FF>" : "") + String(decoding: bytes, as: UTF8.self))
            }
        }
        return lines.removeFirst()
    }

    /// Whether no byte arrives for a short time.
    func isQuiet() async -> Bool {
        do {
            lines.insert(try await line(until: .now + .milliseconds(30)), at: 0)
            return false
        } catch {
            return error as? ByteStreamError == .timedOut
        }
    }
}

/// Opens a session, runs the body and closes the connection.
func withSession<Result>(
    _ path: String, timeout: Duration = .seconds(120),
    _ body: (AgentSession) async throws -> Result
) async throws -> Result {
    let deadline = ContinuousClock.now + timeout
    let stream = try await UnixStream.connect(to: path, until: deadline)
    do {
        let session = AgentSession(over: stream)
        try await session.open(until: deadline)
        let result = try await body(session)
        await stream.close()
        return result
    } catch {
        await stream.close()
        throw error
    }
}

extension ContinuousClock.Instant {
    /// A deadline that no test reaches.
    static var soon: Self { .now + .seconds(120) }
}

extension CPUMap {
    /// Parses a list of the test; an empty list gives an empty map.
    init(_ list: String) {
        self = list.isEmpty ? [] : (try? CPUMap(list: list)) ?? []
    }
}
