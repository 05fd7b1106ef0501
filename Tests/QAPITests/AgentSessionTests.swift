import TestSupport
import Testing

@testable import QAPI

/// Ids of the two syncs in all scripts.
let delimitedID: Int64 = 1 << 41 | 77
let plainID: Int64 = 1 << 41 | 78

func agentSession(over stream: ScriptedStream) -> AgentSession {
    let clock = stream.clock
    return AgentSession(
        AgentSessionStateMachine(delimitedID: delimitedID, plainID: plainID), over: stream
    ) { clock.now }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite("A session with an agent")
struct AgentSessionTests {
    typealias Exchange = ScriptedStream.Exchange

    struct Opening: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var before: [UInt8] = []
        var delimited: [UInt8]
        var plain: [UInt8]?

        init(
            _ description: String, before: [UInt8] = [], delimited: [UInt8], plain: [UInt8]? = nil
        ) {
            testDescription = description
            self.before = before
            self.delimited = delimited
            self.plain = plain
        }
    }

    static let stray = bytes(Transcripts.strayError)
    static let answer = Transcripts.delimitedSync(delimitedID)
    static let plainAnswer = bytes("{\"return\": \(plainID)}\n")
    static func notFound(_ command: String) -> [UInt8] {
        bytes(
            #"{"error": {"class": "CommandNotFound", "desc": "The command \#(command) has not been found"}}"#
                + "\n")
    }

    static let openings: [Opening] = [
        Opening("the real agent", delimited: stray + answer),
        Opening("an agent that says nothing about 0xFF", delimited: answer),
        Opening(
            "a stale reply of another client", before: bytes(Transcripts.vcpus),
            delimited: stray + answer),
        Opening(
            "half a line of another client", before: bytes("{\"return\": [{\"onl"),
            delimited: answer),
        Opening("half a stale line right before", delimited: bytes("{\"return\": 4") + answer),
        Opening(
            "errors from a request torn in half", before: bytes(Transcripts.confusion),
            delimited: stray + answer),
        Opening(
            "another client's sync", delimited: Transcripts.delimitedSync(12) + stray + answer),
        Opening(
            "a return of a double that looks like ours",
            delimited: bytes("{\"return\": \(delimitedID).0}\n") + answer),
        Opening(
            "a string that looks like ours",
            delimited: bytes("{\"return\": \"\(delimitedID)\"}\n") + answer),
        Opening(
            "an event and a greeting",
            delimited: bytes(Transcripts.event + Transcripts.greeting) + answer),
        Opening(
            "noise from a terminal",
            delimited: bytes("login: \u{1B}[2J{\"execute\":\"guest-sync-delimited\"}\r\n") + answer),
        Opening(
            "a stale line that is too deep",
            delimited: [UInt8](repeating: 0x5B, count: 50_000) + [0x0A] + answer),
        Opening("the plain answer before it was asked for", delimited: plainAnswer + answer),
        Opening(
            "an id member", delimited: [0xFF] + bytes("{\"id\": 3, \"return\": \(delimitedID)}\n")),
        Opening("0xFF lost on the way", delimited: stray + answer.dropFirst()),
        Opening("carriage returns", delimited: Array(answer.dropLast()) + [0x0D, 0x0A]),
        Opening(
            "an agent without the delimited sync",
            delimited: stray + notFound("guest-sync-delimited"), plain: plainAnswer),
        Opening(
            "the delimited sync blocked",
            delimited: stray + bytes(Transcripts.delimitedDisabled), plain: plainAnswer),
        Opening(
            "an error that names no command",
            delimited: bytes(#"{"error": {"class": "CommandNotFound", "desc": ""}}"# + "\n"),
            plain: plainAnswer),
        Opening(
            "a bare string as the error",
            delimited: bytes("{\"error\": \"guest-sync-delimited has not been found\"}\n"),
            plain: plainAnswer),
        Opening("another client's unknown command", delimited: notFound("guest-nonsense") + answer),
        Opening("another client's unknown guest-sync", delimited: notFound("guest-sync") + answer),
        Opening(
            "a stale error and an agent that has both syncs",
            delimited: notFound("guest-sync-delimited") + answer, plain: plainAnswer),
        Opening(
            "a stale error and an agent that has the delimited sync only",
            delimited: notFound("guest-sync-delimited") + answer, plain: notFound("guest-sync")),
    ]

    @Test("gets in step, and the next reply is the next command's", arguments: openings)
    func opens(opening: Opening) async throws {
        for chunking in Chunking.samples {
            var exchanges = [Exchange("guest-sync-delimited", opening.delimited)]
            if let plain = opening.plain { exchanges.append(Exchange("guest-sync\"", plain)) }
            exchanges.append(Exchange("guest-ping", "{\"return\": {}}\n"))
            let stream = ScriptedStream(greeting: opening.before, exchanges, chunking: chunking)
            let session = agentSession(over: stream)
            let deadline = stream.clock.after(.seconds(3600))
            try await session.open(until: deadline)
            let reply = try await session.execute("guest-ping", until: deadline)
            #expect(reply == .object([:]))
            let commands = await stream.commands
            #expect(
                commands == [
                    #"{"execute":"guest-sync-delimited","arguments":{"id":\#(delimitedID)}}"#
                ]
                    + (opening.plain == nil
                        ? [] : [#"{"execute":"guest-sync","arguments":{"id":\#(plainID)}}"#])
                    + [#"{"execute":"guest-ping"}"#])
            #expect(await stream.sent.first?.first == 0xFF)
        }
    }

    static let failures: [(String, [UInt8], ByteStreamError, QAPIError)] = [
        ("silence", [], .timedOut, .timedOut),
        ("the line closed", stray, .closed, .closed),
        ("a failing line", stray, .failed(errno: 5), .failed(errno: 5)),
        ("an answer cut short", answer.dropLast(), .closed, .closed),
        ("another client's sync", Transcripts.delimitedSync(12), .timedOut, .timedOut),
        ("an error in place of the answer", bytes(Transcripts.noSpace), .timedOut, .timedOut),
        (
            "neither sync known",
            notFound("guest-sync-delimited") + notFound("guest-sync"), .timedOut,
            .notFound(command: "guest-sync")
        ),
    ]

    @Test("fails to open, and then takes no command", arguments: failures)
    func failsToOpen(
        description: String, reply: [UInt8], end: ByteStreamError, error: QAPIError
    ) async {
        for chunking in Chunking.samples {
            let stream = ScriptedStream(
                [Exchange("guest-sync-delimited", reply)], chunking: chunking, end: end)
            let session = agentSession(over: stream)
            let deadline = stream.clock.after(.seconds(3600))
            await #expect(throws: error) { try await session.open(until: deadline) }
            let sent = await stream.sent
            await #expect(throws: QAPIError.notReady) {
                try await session.execute("guest-ping", until: deadline + .seconds(60))
            }
            await #expect(throws: QAPIError.notReady) {
                try await session.open(until: deadline + .seconds(60))
            }
            #expect(await stream.sent == sent)
        }
    }

    /// A stream whose session is open, and what comes back for `guest-ping`.
    private func opened(
        late: [UInt8] = [], reply: [UInt8], end: ByteStreamError = .timedOut,
        chunking: Chunking = .whole
    ) async throws -> (AgentSession, ScriptedStream) {
        let stream = ScriptedStream(
            [
                Exchange("guest-sync-delimited", Self.stray + Self.answer + late),
                Exchange("guest-ping", reply),
                Exchange("guest-info", "{\"return\": {}}\n"),
            ], chunking: chunking, end: end)
        let session = agentSession(over: stream)
        try await session.open(until: stream.clock.after(.seconds(3600)))
        return (session, stream)
    }

    static let errors: [(String, QAPIError)] = [
        (Transcripts.notFound, .notFound(command: "guest-ping")),
        (
            #"{"error": {"class": "CommandNotFound", "desc": "no such thing"}}"# + "\n",
            .notFound(command: "guest-ping")
        ),
        (Transcripts.disabled, .disabled(command: "guest-ping")),
        (
            #"{"error": {"class": "GenericError", "desc": "The command X has been disabled for this instance"}}"#
                + "\n", .disabled(command: "guest-ping")
        ),
        (
            #"{"error": {"class": "CommandNotFound", "desc": "Command X has been disabled: the agent is in frozen state"}}"#
                + "\n", .frozen
        ),
        (
            #"{"error": {"class": "GenericError", "desc": "The command X has been disabled for this instance: the agent is in frozen state"}}"#
                + "\n", .frozen
        ),
        (
            Transcripts.noSpace,
            .guest(
                class: "GenericError",
                description:
                    #"pwrite("/sys/devices/system/cpu/cpu3//online"): No space left on device"#)
        ),
        (
            "{\"error\": \"fired for some reason\"}\n",
            .guest(class: "", description: "fired for some reason")
        ),
        (
            #"{"error": {"desc": "a\n\u001b[2Jb\u202e"}}"# + "\n",
            .guest(class: "", description: "a \u{FFFD}[2Jb\u{FFFD}")
        ),
    ]

    @Test("tells the agent's errors apart, and goes on after them", arguments: errors)
    func distinguishesErrors(reply: String, error: QAPIError) async throws {
        for chunking in [Chunking.whole, .bytewise] {
            let (session, stream) = try await opened(reply: bytes(reply), chunking: chunking)
            let deadline = stream.clock.after(.seconds(3600))
            await #expect(throws: error) {
                try await session.execute("guest-ping", until: deadline)
            }
            let next = try await session.execute("guest-info", until: deadline)
            #expect(next == .object([:]))
        }
    }

    static let ends: [(String, ByteStreamError, QAPIError)] = [
        ("", .timedOut, .timedOut),
        ("{\"return\": {}}", .timedOut, .timedOut),
        ("", .closed, .closed),
        ("{\"return\": ", .failed(errno: 104), .failed(errno: 104)),
        (
            "{\"return\": }\n", .timedOut,
            .malformed(.notJSON(JSONError(.syntax, offset: 11)), excerpt: "{\"return\": }")
        ),
        ("{\"reply\": 1}\n", .timedOut, .malformed(.notReply, excerpt: "{\"reply\":1}")),
        ("[1]\n", .timedOut, .malformed(.notReply, excerpt: "[1]")),
        (
            "{\"return\": 1, \"error\": \"x\"}\n", .timedOut,
            .malformed(.notReply, excerpt: "{\"error\":\"x\",\"return\":1}")
        ),
        (
            "{\"error\": 7}\n", .timedOut,
            .malformed(.notReply, excerpt: "{\"error\":7}")
        ),
        (
            "{\"error\": {\"class\": \"X\"}}\n", .timedOut,
            .malformed(.notReply, excerpt: "{\"error\":{\"class\":\"X\"}}")
        ),
        (
            "\u{1B}[31m\n", .timedOut,
            .malformed(.notJSON(JSONError(.syntax, offset: 0)), excerpt: "\u{FFFD}[31m")
        ),
    ]

    @Test("a reply that cannot be matched ends the session", arguments: ends)
    func endsSession(reply: String, end: ByteStreamError, error: QAPIError) async throws {
        let (session, stream) = try await opened(reply: bytes(reply), end: end)
        let deadline = stream.clock.after(.seconds(3600))
        await #expect(throws: error) { try await session.execute("guest-ping", until: deadline) }
        let sent = await stream.sent
        await #expect(throws: QAPIError.notReady) {
            try await session.execute("guest-info", until: deadline + .seconds(60))
        }
        #expect(await stream.sent == sent)
    }

    @Test("a reply after the deadline is not taken for the next command's")
    func lateReply() async throws {
        let stream = ScriptedStream([
            Exchange("guest-sync-delimited", Self.answer),
            Exchange("guest-info", "{\"return\": {\"late\": true}}\n"),
        ])
        let session = agentSession(over: stream)
        try await session.open(until: stream.clock.after(.seconds(5)))
        await #expect(throws: QAPIError.timedOut) {
            try await session.execute("guest-ping", until: stream.clock.after(.seconds(10)))
        }
        await #expect(throws: QAPIError.notReady) {
            try await session.execute("guest-info", until: stream.clock.after(.seconds(20)))
        }
    }

    static let unsolicited: [(String, Malformation)] = [
        ("{\"return\": {}}\n", .unsolicited),
        ("{\"return\": 3}\n", .unsolicited),
        ("{\"retu", .unsolicited),
        (Transcripts.noSpace, .unsolicited),
        ("garbage\n", .notJSON(JSONError(.syntax, offset: 0))),
    ]

    @Test("a reply to nothing is not taken for the next command's", arguments: unsolicited)
    func refusesUnsolicited(late: String, malformation: Malformation) async throws {
        let (session, stream) = try await opened(late: bytes(late), reply: bytes("}\n"))
        let deadline = stream.clock.after(.seconds(3600))
        let error = await #expect(throws: QAPIError.self) {
            try await session.execute("guest-ping", until: deadline)
        }
        guard case .malformed(malformation, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(await stream.sent.count == 1)
        await #expect(throws: QAPIError.notReady) {
            try await session.execute("guest-ping", until: deadline)
        }
    }

    static let skipped: [[UInt8]] = [
        bytes(Transcripts.event), bytes(Transcripts.greeting), bytes("\r\n \n"), answer,
        plainAnswer, Transcripts.delimitedSync(5), [0xFF] + bytes("nonsense\n"),
    ]

    @Test("answers to syncs, events and greetings answer no command", arguments: skipped)
    func skipsNoise(noise: [UInt8]) async throws {
        let reply = noise + bytes("{\"return\": 1}\n")
        for chunking in Chunking.samples {
            let (session, stream) = try await opened(reply: reply, chunking: chunking)
            let deadline = stream.clock.after(.seconds(3600))
            #expect(try await session.execute("guest-ping", until: deadline) == .integer(1))
        }
        let (session, stream) = try await opened(late: noise, reply: reply)
        let deadline = stream.clock.after(.seconds(3600))
        #expect(try await session.execute("guest-ping", until: deadline) == .integer(1))
    }

    @Test("an error's words are cut")
    func longError() async throws {
        let words = String(repeating: "x", count: 5000)
        let (session, stream) = try await opened(reply: bytes("{\"error\": \"\(words)\"}\n"))
        await #expect(throws: QAPIError.guest(class: "", description: words.prefix(511) + "…")) {
            try await session.execute("guest-ping", until: stream.clock.after(.seconds(10)))
        }
    }

    @Test("a line longer than a sync's answer is dropped unparsed")
    func longLineInSync() async throws {
        // Were it parsed, the id in it would open the session.
        let long = bytes("{\"return\": " + String(repeating: " ", count: 5000))
        for end in [bytes("\(delimitedID)}\n"), bytes("\(delimitedID)}\n") + Self.answer] {
            let stream = ScriptedStream([Exchange("guest-sync-delimited", long + end)])
            let session = agentSession(over: stream)
            let deadline = stream.clock.after(.seconds(5))
            if end.count > Self.answer.count {
                try await session.open(until: deadline)
            } else {
                await #expect(throws: QAPIError.timedOut) {
                    try await session.open(until: deadline)
                }
            }
        }
    }

    /// A value of each command at its largest, or larger.
    static let replies: [(String, [UInt8])] = [
        ("guest-get-vcpus", bytes("{\"return\": [" + String(repeating: " ", count: 512 << 10))),
        ("guest-info", bytes("{\"return\": [" + String(repeating: " ", count: 256 << 10))),
        ("guest-set-vcpus", bytes("{\"return\": " + String(repeating: " ", count: 16 << 10))),
        ("guest-file-open", bytes("{\"return\": " + String(repeating: " ", count: 16 << 10))),
    ]

    @Test("a reply is bounded by what its command can need", arguments: replies)
    func replySize(command: String, reply: [UInt8]) async throws {
        let stream = ScriptedStream([
            Exchange("guest-sync-delimited", Self.answer), Exchange(command, reply),
        ])
        let session = agentSession(over: stream)
        let deadline = stream.clock.after(.seconds(3600))
        try await session.open(until: deadline)
        await #expect(throws: QAPIError.tooLarge) {
            switch command {
            case "guest-get-vcpus": _ = try await session.vcpus(until: deadline)
            case "guest-info": _ = try await session.info(until: deadline)
            case "guest-set-vcpus": _ = try await session.setVCPUs([], until: deadline)
            default: _ = try await session.openFile("/f", until: deadline)
            }
        }
    }

    @Test("4,096 vCPUs fit, with the longest spelling that agents use")
    func largestReading() async throws {
        let list = (0..<4096).map {
            "{\"online\": false, \"can-offline\": false, \"logical-id\": \($0)}"
        }
        let reply = bytes("{\"return\": [" + list.joined(separator: ", ") + "]}\r\n")
        let stream = ScriptedStream([
            Exchange("guest-sync-delimited", Self.answer), Exchange("guest-get-vcpus", reply),
        ])
        let session = agentSession(over: stream)
        let deadline = stream.clock.after(.seconds(3600))
        try await session.open(until: deadline)
        #expect(try await session.vcpus(until: deadline).count == 4096)
    }

    @Test("a reply that is nested too deep, and one that is too long, end the session")
    func boundedReply() async throws {
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 5000)
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 10 << 20 | 1)
        let tooDeep = QAPIError.malformed(
            .notJSON(JSONError(.tooDeep, offset: 64)),
            excerpt: String(repeating: "[", count: 160) + "…")
        for (reply, error) in [(deep, tooDeep), (long, .tooLarge)] {
            let (session, stream) = try await opened(reply: reply + [0x0A])
            let deadline = stream.clock.after(.seconds(3600))
            await #expect(throws: error) {
                try await session.execute("guest-ping", until: deadline)
            }
            await #expect(throws: QAPIError.notReady) {
                try await session.execute("guest-info", until: deadline)
            }
        }
    }

    @Test(
        "a flood without end is left at the deadline",
        arguments: [
            bytes(Transcripts.event), bytes("x"), [0xFF], bytes("{\"return\": 1}\n"), bytes("\n"),
        ])
    func flood(noise: [UInt8]) async {
        let stream = ScriptedStream([], endless: noise)
        let session = agentSession(over: stream)
        await #expect(throws: QAPIError.timedOut) {
            try await session.open(until: stream.clock.after(.seconds(5)))
        }
        #expect(stream.clock.now <= stream.clock.after(.milliseconds(5001)))
    }

    @Test("nothing is sent when the deadline has passed already")
    func deadlinePassed() async {
        let stream = ScriptedStream([Exchange("guest-sync-delimited", Self.answer)])
        let session = agentSession(over: stream)
        await #expect(throws: QAPIError.timedOut) {
            try await session.open(until: stream.clock.start)
        }
        #expect(await stream.sent.isEmpty)
    }

    @Test("a second command is refused while one is under way")
    func oneAtATime() {
        var machine = AgentSessionStateMachine(delimitedID: delimitedID, plainID: plainID)
        #expect(machine.execute("guest-ping", arguments: nil, replySize: 4096) == .fail(.notReady))
        _ = machine.open()
        #expect(machine.open() == .fail(.notReady))
        #expect(machine.execute("guest-ping", arguments: nil, replySize: 4096) == .fail(.notReady))
        #expect(machine.received(Self.answer) == .opened)
        #expect(
            machine.execute("guest-ping", arguments: nil, replySize: 4096)
                == .send(bytes("{\"execute\":\"guest-ping\"}\n")))
        #expect(machine.execute("guest-info", arguments: nil, replySize: 4096) == .fail(.notReady))
        #expect(
            machine.received(bytes("{\"return\": 1}\n")) == .answered(.success(.json(.integer(1)))))
    }

    @Test("ids are positive, differ, and are larger than any count")
    func ids() {
        let ids = (0..<1000).map { _ in AgentSessionStateMachine.freshID() }
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0 > 1 << 32 && $0 < 1 << 53 })
    }

    @Test("a reply of 70 KiB arrives byte by byte")
    func largeReply() async throws {
        let list = (0..<1000).map {
            #"{"online": true, "can-offline": true, "logical-id": \#($0), "more": "xx"}"#
        }
        let reply = "{\"return\": [\(list.joined(separator: ", "))]}\n"
        #expect(reply.utf8.count > 70 << 10)
        let stream = ScriptedStream(
            [
                Exchange("guest-sync-delimited", Self.answer),
                Exchange("guest-get-vcpus", reply),
            ], chunking: .bytewise)
        let session = agentSession(over: stream)
        let deadline = stream.clock.after(.seconds(3600))
        try await session.open(until: deadline)
        let vcpus = try await session.vcpus(until: deadline)
        #expect(vcpus.map(\.logicalID) == Array(0..<1000))
    }
}
