import TestSupport
import Testing

@testable import QAPI

/// Sessions against agents that say anything at all.
///
/// That a test ends, and without a trap, is part of what it asserts.
@Suite("Wire under random bytes")
struct WireFuzzTests {
    typealias Exchange = ScriptedStream.Exchange

    /// Bytes that are likely to matter, among others.
    private static func noise(using generator: inout SeededGenerator) -> [UInt8] {
        let pieces: [[UInt8]] = [
            [0xFF], [0x0A], [0x0D, 0x0A], [0x00], [0xC3], bytes("{"), bytes("}"), bytes("["),
            bytes("]"), bytes("\""), bytes("\\u"), bytes("{\"return\": "), bytes("{\"error\": "),
            bytes(Transcripts.strayError), bytes(Transcripts.vcpus), bytes(Transcripts.disabled),
            bytes(Transcripts.delimitedDisabled), bytes(Transcripts.event),
            bytes(Transcripts.greeting), bytes("1e999"), bytes("-"), bytes("99999999999999999999"),
            Transcripts.delimitedSync(3), bytes("{\"return\": 3}\n"), bytes("login: "),
        ]
        var noise: [UInt8] = []
        for _ in 0..<Int.random(in: 0..<12, using: &generator) {
            if Bool.random(using: &generator) {
                noise += pieces[Int.random(in: 0..<pieces.count, using: &generator)]
            } else {
                noise.append(UInt8.random(in: 0...255, using: &generator))
            }
        }
        return noise
    }

    private static func mutated(
        _ original: [UInt8], using generator: inout SeededGenerator
    ) -> [UInt8] {
        var result = original
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !result.isEmpty {
            let index = Int.random(in: 0..<result.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: result[index] = UInt8.random(in: 0...255, using: &generator)
            case 1: result.remove(at: index)
            case 2: result.insert(result[index], at: index)
            default: result.removeSubrange(index..<min(index + 9, result.count))
            }
        }
        return result
    }

    @Test(
        "whatever came before, a session that opens is in step", arguments: 0..<400 as Range<UInt64>
    )
    func stepUnderNoise(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        // 0xFF is in front of the answer, so no noise can spoil it.
        let stream = ScriptedStream(
            greeting: Self.noise(using: &generator),
            [
                Exchange(
                    "guest-sync-delimited",
                    Self.noise(using: &generator) + Transcripts.delimitedSync(delimitedID)),
                // An agent that has both answers the second as well, should it be asked.
                Exchange("guest-sync\"", "{\"return\": \(plainID)}\n"),
            ], chunking: .random(seed: seed))
        let session = agentSession(over: stream)
        try await session.open(until: stream.clock.after(.seconds(3600)))
    }

    @Test(
        "random bytes in place of an answer never open a session",
        arguments: 0..<400 as Range<UInt64>)
    func neverOpens(seed: UInt64) async {
        var generator = SeededGenerator(seed: seed)
        let stream = ScriptedStream(
            greeting: Self.noise(using: &generator),
            [
                Exchange("guest-sync-delimited", Self.noise(using: &generator)),
                Exchange("guest-sync\"", Self.noise(using: &generator)),
            ], chunking: .random(seed: seed))
        let session = agentSession(over: stream)
        await #expect(throws: QAPIError.self) {
            try await session.open(until: stream.clock.after(.seconds(3600)))
        }
    }

    @Test("a reply is the command's own, or an error", arguments: 0..<400 as Range<UInt64>)
    func rightReply(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let stream = ScriptedStream(
            [
                Exchange("guest-sync-delimited", Transcripts.delimitedSync(delimitedID)),
                Exchange("guest-a", Self.tail("{\"return\": \"a\"}\n", using: &generator)),
                Exchange("guest-b", Self.tail("{\"return\": \"b\"}\n", using: &generator)),
                Exchange("guest-c", "{\"return\": \"c\"}\n"),
            ], chunking: seed.isMultiple(of: 2) ? .whole : .random(seed: seed))
        let session = agentSession(over: stream)
        let deadline = stream.clock.after(.seconds(3600))
        try await session.open(until: deadline)
        for name in ["a", "b", "c"] {
            do {
                let reply = try await session.execute("guest-\(name)", until: deadline)
                #expect(reply == .string(name))
            } catch {
                // What is left over is noticed before the next command or with its reply, and ends
                // the session for good.
                await #expect(throws: QAPIError.notReady) {
                    try await session.execute("guest-c", until: deadline)
                }
                return
            }
        }
    }

    /// A reply with something behind it that is no reply: no client could tell that from an answer.
    private static func tail(_ reply: String, using generator: inout SeededGenerator) -> [UInt8] {
        let tails = [
            "", "", "\r\n", Transcripts.event, "garbage\n", "{\"return\"", "{", "[]\n",
        ]
        return bytes(reply + tails[Int.random(in: 0..<tails.count, using: &generator)])
    }

    @Test(
        "mutated replies give processors that are valid, or an error",
        arguments: 0..<600 as Range<UInt64>)
    func mutatedVCPUs(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let stream = ScriptedStream(
            [
                Exchange("guest-sync-delimited", Transcripts.delimitedSync(delimitedID)),
                Exchange(
                    "guest-get-vcpus", Self.mutated(bytes(Transcripts.vcpus), using: &generator)),
            ], chunking: .random(seed: seed))
        let session = agentSession(over: stream)
        let deadline = stream.clock.after(.seconds(3600))
        try await session.open(until: deadline)
        do {
            let vcpus = try await session.vcpus(until: deadline)
            #expect((1...4096).contains(vcpus.count))
            #expect(Set(vcpus.map(\.logicalID)).count == vcpus.count)
            #expect(vcpus.allSatisfy { (0...4095).contains($0.logicalID) })
        } catch .timedOut {
            #expect(stream.clock.now >= deadline)
        } catch {
            guard case .malformed = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test("mutated QMP talk ends in values or an error", arguments: 0..<200 as Range<UInt64>)
    func mutatedQMP(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let stream = ScriptedStream(
            greeting: Self.mutated(bytes(Transcripts.greeting), using: &generator),
            [
                Exchange("qmp_capabilities", Transcripts.empty),
                Exchange(
                    "query-cpus-fast", Self.mutated(bytes(Transcripts.cpus), using: &generator)),
            ], chunking: .random(seed: seed))
        let clock = stream.clock
        let session = QMPSession(over: stream) { clock.now }
        let deadline = clock.after(.seconds(3600))
        do {
            try await session.open(until: deadline)
            let cpus = try await session.cpus(until: deadline)
            #expect(cpus.allSatisfy { (0...4095).contains($0.index) && $0.threadID > 0 })
        } catch {
            #expect(error != .notReady)
        }
    }
}
