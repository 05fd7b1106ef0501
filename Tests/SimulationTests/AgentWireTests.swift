import GuestVCPU
import QAPI
import Simulation
import TestSupport
import Testing
import UnixSockets

/// The protocol, with a client that sends and receives lines.
@Suite struct AgentWireTests {
    struct Exchange: Sendable, CustomTestStringConvertible {
        let request: String
        let replies: [String]
        var testDescription: String { request }

        init(_ request: String, _ replies: String...) {
            self.request = request
            self.replies = replies
        }
    }

    private static func error(_ description: String, class: String = "GenericError") -> String {
        #"{"error": {"class": "\#(`class`)", "desc": "\#(description)"}}"#
    }

    private static func set(_ list: String) -> String {
        #"{"execute":"guest-set-vcpus","arguments":{"vcpus":\#(list)}}"# + "\n"
    }

    /// Recorded from qemu-ga 7.2.22 on a sysfs tree with the same CPUs, except for the order of the
    /// CPUs, which is that of the directory.
    static let recorded = [
        Exchange(
            #"{"execute":"guest-sync-delimited","arguments":{"id":77}}"# + "\n",
            #"<FF>{"return": 77}"#),
        Exchange(
            #"{"execute":"guest-sync","arguments":{"id":78}}"# + "\n",
            error("Command guest-sync has been disabled", class: "CommandNotFound")),
        Exchange(
            #"{"execute":"guest-sync-delimited","arguments":{"id":9223372036854775808}}"# + "\n",
            error("Invalid parameter type for 'id', expected: integer")),
        Exchange(
            #"{"execute":"guest-sync-delimited"}"# + "\n", error("Parameter 'id' is missing")),
        Exchange(
            #"{"execute":"guest-nope"}"# + "\n",
            error("The command guest-nope has not been found", class: "CommandNotFound")),
        Exchange(
            #"{"execute":"guest-file-write"}"# + "\n",
            error("Command guest-file-write has been disabled", class: "CommandNotFound")),
        Exchange(
            #"{"execute":"guest-get-vcpus","id":5}"# + "\n",
            #"{"return": [{"online": true, "can-offline": true, "logical-id": 7}, "#
                + #"{"online": false, "can-offline": true, "logical-id": 5}, "#
                + #"{"online": true, "can-offline": true, "logical-id": 2}, "#
                + #"{"online": true, "can-offline": true, "logical-id": 1}, "#
                + #"{"online": true, "can-offline": false, "logical-id": 0}], "id": 5}"#),
        Exchange(
            set(#"[{"logical-id":1,"online":false},{"logical-id":7,"online":false}]"#),
            #"{"return": 1}"#),
        Exchange(
            set(#"[{"logical-id":7,"online":false}]"#),
            error(
                #"pwrite(\"/sys/devices/system/cpu/cpu7//online\"): No space left on device"#)),
        Exchange(set(#"[{"logical-id":7,"online":true}]"#), #"{"return": 1}"#),
        Exchange(set(#"[{"logical-id":0,"online":true}]"#), #"{"return": 1}"#),
        Exchange(
            set(#"[{"logical-id":0,"online":false}]"#),
            error("logical processor #0 can't be offlined")),
        Exchange(
            set(#"[{"logical-id":9999,"online":true}]"#),
            error(#"open(\"/sys/devices/system/cpu/cpu9999/\"): No such file or directory"#)),
        Exchange(set("[]"), #"{"return": 0}"#),
        Exchange(#"{"execute":"guest-set-vcpus"}"# + "\n", error("Parameter 'vcpus' is missing")),
        Exchange(
            set(#"[{"logical-id":1}]"#), error("Parameter 'vcpus[0].online' is missing")),
        Exchange(
            set(#"[{"logical-id":1,"online":"no"}]"#),
            error("Invalid parameter type for 'vcpus[0].online', expected: boolean")),
        Exchange(
            set(#"[{"logical-id":"1","online":true}]"#),
            error("Invalid parameter type for 'vcpus[0].logical-id', expected: integer")),
        Exchange(set("3"), error("Invalid parameter type for 'vcpus', expected: array")),
        Exchange(#"{"execute":5}"# + "\n", error("QMP input member 'execute' must be a string")),
        Exchange("{}\n", error("QMP input lacks member 'execute'")),
        Exchange("[]\n", error("QMP input must be a JSON object")),
        Exchange(
            #"{"foo":1,"execute":"guest-ping"}"#, error("QMP input member 'foo' is unexpected")),
        Exchange(
            #"{"execute":"guest-ping"}{"execute":"guest-ping"}"#, #"{"return": {}}"#,
            #"{"return": {}}"#),
        Exchange("hello\n", error("JSON parse error, invalid keyword 'hello'")),
        Exchange("\n \r\n" + #"{"execute":"guest-ping"}"#, #"{"return": {}}"#),
        Exchange(
            #"{"execute":"guest-ping","arguments":5}"#,
            error("QMP input member 'arguments' must be an object")),
        Exchange(#"{"execute":"# + "\n" + #""guest-ping"}"#, #"{"return": {}}"#),
        Exchange(#"{"execute":"guest-fsfreeze-status"}"#, #"{"return": "thawed"}"#),
    ]

    static let staged = SimulatedGuest(vcpus: [
        SimulatedVCPU(id: 0, isOfflinable: false), SimulatedVCPU(id: 1), SimulatedVCPU(id: 2),
        SimulatedVCPU(id: 5, isOnline: false),
        SimulatedVCPU(id: 7, offlineFailure: SetFailure(.noSpace)),
    ])

    @Test("it answers as the recorded agent does", arguments: recorded)
    func asRecorded(_ exchange: Exchange) async throws {
        var traits = AgentTraits()
        traits.disabled = [.sync]
        try await withAgent(Self.staged, traits: traits) { agent in
            let client = try await RawClient(agent.path)
            try await client.send(exchange.request)
            for reply in exchange.replies { #expect(try await client.line() == reply) }
            #expect(await client.isQuiet())
            await client.stream.close()
        }
    }

    @Test("0xFF drops the bytes before it, and is answered with an error")
    func strayByte() async throws {
        try await withAgent { agent in
            let client = try await RawClient(agent.path)
            try await client.send(Array(#"{"execute":"guest-pi"#.utf8) + [0xFF])
            try await client.send(#"{"execute":"guest-ping"}"# + "\n")
            #expect(
                try await client.line()
                    == Self.error(#"JSON parse error, stray '\uFFFD'"#))
            #expect(try await client.line() == #"{"return": {}}"#)
            await client.stream.close()
        }
    }

    @Test("half a request of an earlier client breaks the next client's, unless that sends 0xFF")
    func halfRequest() async throws {
        try await withAgent { agent in
            let earlier = try await RawClient(agent.path)
            try await earlier.send(#"{"execute":"guest-ping","#)
            await earlier.stream.close()

            let naive = try await RawClient(agent.path)
            try await naive.send(#"{"execute":"guest-sync","arguments":{"id":1}}"# + "\n")
            #expect(await naive.isQuiet())
            await naive.stream.close()

            let vcpus = try await withSession(agent.path) { try await $0.vcpus(until: .soon) }
            #expect(vcpus.count == 4)
        }
    }

    @Test("a second client is answered when the first has disconnected")
    func oneClient() async throws {
        try await withAgent { agent in
            let first = try await RawClient(agent.path)
            try await first.send(#"{"execute":"guest-ping"}"#)
            #expect(try await first.line() == #"{"return": {}}"#)
            let second = try await RawClient(agent.path)
            try await second.send(#"{"execute":"guest-ping"}"#)
            #expect(await second.isQuiet())
            let third = try await RawClient(agent.path)
            await #expect(throws: UnixSocketError.queueFull(errno: 11)) {
                try await UnixStream.connect(to: agent.path, until: .now)
            }
            await first.stream.close()
            #expect(try await second.line() == #"{"return": {}}"#)
            await second.stream.close()
            await third.stream.close()
        }
    }

    @Test("a stalled agent carries out the request when it resumes, and answers the next client")
    func lateExecution() async throws {
        try await withAgent(faults: [ScriptedFault(.hang, at: .set)]) { agent in
            let impatient = try await RawClient(agent.path)
            try await impatient.send(Self.set(#"[{"logical-id":2,"online":false}]"#))
            #expect(await impatient.isQuiet())
            await impatient.stream.close()
            #expect(await agent.guest.maps.online.list == "0-3")

            let next = try await RawClient(agent.path)
            try await next.send(#"{"execute":"guest-ping"}"#)
            #expect(await next.isQuiet())
            await agent.resume()
            #expect(try await next.line() == #"{"return": 1}"#)
            #expect(try await next.line() == #"{"return": {}}"#)
            #expect(await agent.guest.maps.online.list == "0-1,3")
            await next.stream.close()
        }
    }

    @Test("the answer for a client that left is the next client's first line, which a sync skips")
    func staleReply() async throws {
        try await withAgent(faults: [ScriptedFault(.hangAfter, at: .set)]) { agent in
            let impatient = try await RawClient(agent.path)
            try await impatient.send(Self.set(#"[{"logical-id":2,"online":false}]"#))
            try #require(await eventually { await agent.guest.maps.online.count == 3 })
            await impatient.stream.close()
            // The listener notices on the agent's queue that the client has disconnected.
            try #require(await eventually { await !agent.hasClient })
            await agent.resume()
            let online = try await withSession(agent.path) { session in
                try await session.vcpus(until: .soon).filter(\.isOnline).count
            }
            #expect(online == 3)
        }
    }

    @Test("an agent without a client notices a new one only at its next check")
    func latency() async throws {
        var traits = AgentTraits()
        traits.latency = .milliseconds(100)
        try await withAgent(traits: traits) { agent in
            for _ in 0..<5 {
                let vcpus = try await withSession(agent.path) {
                    try await $0.vcpus(until: .soon)
                }
                #expect(vcpus.count == 4)
            }
        }
    }

    @Test("a session works with every kind of agent", arguments: [0, 1, 2, 3])
    func kinds(_ kind: Int) async throws {
        var traits = AgentTraits()
        switch kind {
        case 1: traits.absent = [.sync]
        case 2: traits.absent = [.syncDelimited]
        case 3:
            traits.endsLinesWithCarriageReturn = true
            traits.reportsOfflinable = false
        default: break
        }
        try await withAgent(Self.staged, traits: traits) { agent in
            try await withSession(agent.path) { session in
                let info = try await session.info(until: .soon)
                #expect(info.version == "7.2.22")
                #expect(info.commands["guest-set-vcpus"] == true)
                #expect(info.commands["guest-exec"] == false)
                let vcpus = try await session.vcpus(until: .soon)
                #expect(vcpus.map(\.logicalID) == [7, 5, 2, 1, 0])
                #expect(vcpus.map(\.isOnline) == [true, false, true, true, true])
                #expect(vcpus.last?.canOffline == (kind == 3 ? nil : false))
                let changes = [
                    AgentVCPU(logicalID: 5, isOnline: true),
                    AgentVCPU(logicalID: 1, isOnline: false),
                ]
                let count = try await session.setVCPUs(changes, until: .soon)
                #expect(count == 2)
            }
            #expect(await agent.guest.maps.online.list == "0,2,5,7")
            #expect(await agent.commands.filter { $0 == .setVCPUs }.count == 1)
        }
    }

    @Test("thousands of vCPUs are listed and changed in one exchange")
    func many() async throws {
        try await withAgent(SimulatedGuest(count: 4096)) { agent in
            try await withSession(agent.path) { session in
                let vcpus = try await session.vcpus(until: .soon)
                #expect(vcpus.count == 4096)
                let changes = (1...4095).map { AgentVCPU(logicalID: $0, isOnline: false) }
                let count = try await session.setVCPUs(changes, until: .soon)
                #expect(count == 4095)
            }
            #expect(await agent.guest.maps.online == [0])
        }
    }

    @Test("stopping ends all exchanges", arguments: ["", "hang@get", "hangAfter@get"])
    func stop(fault: String) async throws {
        let faults = [ScriptedFault(fault)].compactMap { $0 }
        try await withAgent(faults: faults) { agent in
            let client = try await RawClient(agent.path)
            try await client.send(#"{"execute":"guest-ping"}{"execute":"guest-get-vcpus"}"#)
            #expect(try await client.line() == #"{"return": {}}"#)
            if faults.isEmpty { _ = try await client.line() }
            await agent.stop()
            await #expect(throws: ByteStreamError.closed) { try await client.line() }
            await #expect(throws: UnixSocketError.missing(errno: 2)) {
                try await UnixStream.connect(to: agent.path, until: .soon)
            }
            await client.stream.close()
        }
    }
}
