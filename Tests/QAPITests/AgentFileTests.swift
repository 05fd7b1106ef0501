import TestSupport
import Testing

@testable import QAPI

@Suite("Files of the guest")
struct AgentFileTests {
    typealias Exchange = ScriptedStream.Exchange

    private func session(
        answering replies: [String]
    ) async throws -> (AgentSession, ScriptedStream) {
        let stream = ScriptedStream(
            [Exchange("guest-sync-delimited", Transcripts.delimitedSync(delimitedID))]
                + replies.map { Exchange("execute", $0 + "\n") })
        let session = agentSession(over: stream)
        try await session.open(until: stream.clock.after(.seconds(5)))
        return (session, stream)
    }

    private func contents(
        _ replies: [String]
    ) async throws -> (Result<[UInt8], QAPIError>, [String]) {
        let (session, stream) = try await session(answering: replies)
        let deadline = stream.clock.after(.seconds(10))
        let result: Result<[UInt8], QAPIError>
        do throws(QAPIError) {
            result = .success(
                try await session.contents(
                    ofFile: "/a/b", count: 16, until: deadline))
        } catch {
            result = .failure(error)
        }
        return (result, await Array(stream.commands.dropFirst()))
    }

    private static let opened = #"{"return": 1000}"#
    private static let closed = #"{"return": {}}"#
    private static let error = #"{"error": {"class": "GenericError", "desc": "no"}}"#

    @Test("a small file is opened, read and closed")
    func small() async throws {
        let (result, commands) = try await contents([
            Self.opened, #"{"return": {"count": 4, "buf-b64": "Y3B1Cg==", "eof": true}}"#,
            Self.closed,
        ])
        #expect(try result.get() == Array("cpu\n".utf8))
        #expect(commands.count == 3)
        #expect(commands[0].contains(#""guest-file-open""#) && commands[0].contains("/a"))
        #expect(commands[1].contains(#""guest-file-read""#) && commands[1].contains("1000"))
        #expect(commands[1].contains(#""count":16"#))
        #expect(commands[2].contains(#""guest-file-close""#) && commands[2].contains("1000"))
    }

    @Test(
        "a file that cannot be read, or whose contents are not what was asked for, is closed",
        arguments: [
            error, #"{"return": {"count": 4, "buf-b64": "Y3B1", "eof": true}}"#,
            #"{"return": {"count": 3, "buf-b64": "Y3?1", "eof": true}}"#,
            #"{"return": {"count": 17, "buf-b64": "Y3B1", "eof": true}}"#,
            #"{"return": {"count": -1, "buf-b64": "", "eof": true}}"#,
            #"{"return": {"count": 16, "buf-b64": "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh"}}"#,
            #"{"return": {"buf-b64": "Y3B1"}}"#, #"{"return": {"count": 3}}"#, #"{"return": 3}"#,
        ])
    func unreadable(reply: String) async throws {
        let (result, commands) = try await contents([Self.opened, reply, Self.closed])
        #expect(throws: QAPIError.self) { try result.get() }
        #expect(commands.last?.contains("guest-file-close") == true)
        #expect(commands.count == 3)
    }

    @Test("a file that is not opened is neither read nor closed")
    func notOpened() async throws {
        for reply in [Self.error, #"{"return": "1000"}"#, #"{"return": {}}"#] {
            let (result, commands) = try await contents([reply])
            #expect(throws: QAPIError.self) { try result.get() }
            #expect(commands.count == 1)
        }
    }
}
