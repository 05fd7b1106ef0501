import TestSupport
import Testing

@testable import QAPI

@Suite("A session with QMP")
struct QMPSessionTests {
    typealias Exchange = ScriptedStream.Exchange

    private func stream(
        _ exchanges: [Exchange] = [], greeting: String = Transcripts.greeting,
        capabilities: String = Transcripts.empty, end: ByteStreamError = .timedOut,
        chunking: Chunking = .whole
    ) -> ScriptedStream {
        ScriptedStream(
            greeting: bytes(greeting), [Exchange("qmp_capabilities", capabilities)] + exchanges,
            chunking: chunking, end: end)
    }

    private func session(over stream: ScriptedStream) -> QMPSession {
        let clock = stream.clock
        return QMPSession(over: stream) { clock.now }
    }

    @Test("what QEMU said is read, with events in between")
    func transcript() async throws {
        for chunking in Chunking.samples {
            let event = Transcripts.event
            let stream = stream(
                [
                    Exchange(
                        "query-status",
                        event
                            + #"{"return": {"status": "running", "singlestep": false, "running": true}}"#
                            + "\r\n" + event),
                    Exchange("query-cpus-fast", Transcripts.cpus),
                    Exchange("query-chardev", event + event + Transcripts.chardevs),
                    Exchange("query-name", #"{"return": {"name": "demo"}}"# + "\r\n"),
                    Exchange("query-name", Transcripts.empty),
                ], capabilities: event + Transcripts.empty, chunking: chunking)
            let session = session(over: stream)
            let deadline = stream.clock.after(.seconds(3600))
            try await session.open(until: deadline)
            #expect(try await session.runState(until: deadline) == .running)
            #expect(
                try await session.cpus(until: deadline) == [
                    QMPVCPU(index: 0, threadID: 10397), QMPVCPU(index: 1, threadID: 10398),
                ])
            #expect(
                try await session.chardevs(until: deadline) == [
                    QMPChardev(label: "compat_monitor0", filename: "stdio", isFrontendOpen: true),
                    QMPChardev(
                        label: "agent", filename: "disconnected:unix:/run/a.sock,server=on",
                        isFrontendOpen: false),
                ])
            #expect(try await session.name(until: deadline) == "demo")
            #expect(try await session.name(until: deadline) == nil)
        }
    }

    @Test(
        "run states have names of their own, and others are kept",
        arguments: [
            ("running", QMPRunState.running), ("paused", .paused), ("prelaunch", .prelaunch),
            ("suspended", .suspended), ("shutdown", .shutdown), ("guest-panicked", .guestPanicked),
            ("io-error", .ioError), ("internal-error", .internalError), ("inmigrate", .inMigrate),
            ("finish-migrate", .finishMigrate), ("postmigrate", .postMigrate),
            ("colo", .other("colo")), ("", .other("")),
            (String(repeating: "x", count: 100), .other(String(repeating: "x", count: 63) + "…")),
        ])
    func runStates(name: String, state: QMPRunState) async throws {
        let stream = stream([Exchange("query-status", "{\"return\":{\"status\":\"\(name)\"}}\n")])
        let session = session(over: stream)
        try await session.open(until: stream.clock.after(.seconds(5)))
        #expect(try await session.runState(until: stream.clock.after(.seconds(5))) == state)
    }

    @Test(
        "a server that does not open as QMP does is refused",
        arguments: [
            ("", Transcripts.empty, ByteStreamError.timedOut, QAPIError.timedOut),
            ("", Transcripts.empty, .closed, .closed),
            (Transcripts.greeting, "", .timedOut, .timedOut),
            (
                "HTTP/1.1 400 Bad Request\r\n", "", .timedOut,
                .malformed(
                    .notJSON(JSONError(.syntax, offset: 0)), excerpt: "HTTP/1.1 400 Bad Request")
            ),
            ("{\"return\": {}}\n", "", .timedOut, .malformed(.unsolicited, excerpt: "")),
            (
                Transcripts.greeting, #"{"error": {"class": "GenericError", "desc": "no"}}"# + "\n",
                .timedOut,
                .guest(class: "GenericError", description: "no")
            ),
            (Transcripts.greeting, "{}\n", .timedOut, .malformed(.notReply, excerpt: "{}")),
        ])
    func refused(
        greeting: String, capabilities: String, end: ByteStreamError, error: QAPIError
    ) async {
        let stream = stream(greeting: greeting, capabilities: capabilities, end: end)
        let session = session(over: stream)
        let deadline = stream.clock.after(.seconds(3600))
        await #expect(throws: error) { try await session.open(until: deadline) }
        await #expect(throws: QAPIError.notReady) {
            try await session.execute("query-status", until: deadline + .seconds(5))
        }
    }

    @Test(
        "threads that are not what the schema says are refused",
        arguments: [
            ("{}", "return", Malformation.Problem.wrongType),
            (#"[{"cpu-index":0}]"#, "return[0].thread-id", .missing),
            (#"[{"cpu-index":-1,"thread-id":5}]"#, "return[0].cpu-index", .outOfRange),
            (#"[{"cpu-index":4096,"thread-id":5}]"#, "return[0].cpu-index", .outOfRange),
            (#"[{"cpu-index":0,"thread-id":0}]"#, "return[0].thread-id", .outOfRange),
            (#"[{"cpu-index":0,"thread-id":2147483648}]"#, "return[0].thread-id", .outOfRange),
            (#"[{"cpu-index":0,"thread-id":5.0}]"#, "return[0].thread-id", .wrongType),
            (
                #"[{"cpu-index":0,"thread-id":5},{"cpu-index":0,"thread-id":6}]"#,
                "return[1].cpu-index", .duplicate
            ),
        ])
    func malformedCPUs(value: String, path: String, problem: Malformation.Problem) async throws {
        let stream = stream([Exchange("query-cpus-fast", "{\"return\": \(value)}\n")])
        let session = session(over: stream)
        let deadline = stream.clock.after(.seconds(10))
        try await session.open(until: deadline)
        let error = await #expect(throws: QAPIError.self) {
            try await session.cpus(until: deadline)
        }
        guard case .malformed(.schema(path, problem), _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("all vCPUs may share one thread")
    func sharedThread() async throws {
        let stream = stream([
            Exchange(
                "query-cpus-fast",
                #"{"return":[{"cpu-index":0,"thread-id":5},{"cpu-index":1,"thread-id":5}]}"# + "\n")
        ])
        let session = session(over: stream)
        let deadline = stream.clock.after(.seconds(10))
        try await session.open(until: deadline)
        #expect(
            try await session.cpus(until: deadline) == [
                QMPVCPU(index: 0, threadID: 5), QMPVCPU(index: 1, threadID: 5),
            ])
    }
}
