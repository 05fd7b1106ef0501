import Foundation
import LabSupport
import QAPI
import Synchronization
import Testing
import UnixSockets

@Suite("The program against agents that ask for work", .serialized)
struct HostileAgentTests {
    /// An agent that answers as a function says, and counts what it is asked.
    private final class Agent: Sendable {
        let path: String
        private let listener: UnixListener
        private let task: Task<Void, Never>
        private let log = Log()

        final class Log: Sendable { let commands = Mutex<[String]>([]) }

        var commands: [String] { log.commands.withLock { $0 } }

        /// - Parameter answer: What to send for a command; what it returns is sent again and again
        ///   where `isEndless` says so.
        init(
            at path: String, isEndless: @escaping @Sendable (String) -> Bool = { _ in false },
            answer: @escaping @Sendable (String, JSON?) -> [UInt8]
        ) throws {
            self.path = path
            let listener = try UnixListener(path: path)
            self.listener = listener
            let log = log
            task = Task {
                for await stream in listener.connections {
                    try? await Self.serve(stream, log, isEndless, answer)
                    await stream.close()
                }
            }
        }

        private static func serve(
            _ stream: UnixStream, _ log: Log, _ isEndless: (String) -> Bool,
            _ answer: (String, JSON?) -> [UInt8]
        ) async throws {
            let deadline = ContinuousClock.now + .seconds(120)
            var framer = Framer()
            while true {
                for frame in framer.push(try await stream.receive(until: deadline)) {
                    guard case .line(let line, afterReset: _) = frame else { continue }
                    let request = try JSON(parsing: line)
                    let command = request["execute"]?.stringValue ?? ""
                    log.commands.withLock { $0.append(command) }
                    let bytes = answer(command, request["arguments"])
                    repeat {
                        try await stream.send(bytes, until: deadline)
                    } while isEndless(command)
                }
            }
        }

        func close() async {
            task.cancel()
            await listener.close()
            await task.value
        }
    }

    private static func synced(_ arguments: JSON?) -> [UInt8] {
        [0xFF] + Array("{\"return\": \(arguments?["id"]?.integerValue ?? 0)}\n".utf8)
    }

    private static func vcpus(_ count: Int) -> [UInt8] {
        let list = (0..<count).map { #"{"logical-id": \#($0), "online": true}"# }
        return Array(#"{"return": [\#(list.joined(separator: ", "))]}"#.utf8) + [0x0A]
    }

    private static func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = try PrivateDirectory(prefix: "hostile-", in: ["/tmp"], longestName: 16)
        defer { folder.remove() }
        try await body(folder.path)
    }

    @Test("a table asks a guest of 16 vCPUs two things")
    func tableMessages() async throws {
        try await Self.withFolder { folder in
            let agent = try Agent(at: "\(folder)/a.sock") { command, arguments in
                switch command {
                case "guest-sync-delimited": Self.synced(arguments)
                case "guest-get-vcpus": Self.vcpus(16)
                default: Array("{\"return\": {}}\n".utf8)
                }
            }
            let table = try await Program.finished(["list", "--agent", "web1=\(agent.path)"])
            #expect(table.output.contains("16/16"))
            #expect(agent.commands == ["guest-sync-delimited", "guest-get-vcpus"])
            await agent.close()
        }
    }

    @Test(
        "60 agents that send without a line end cost less than 100 MiB in all",
        arguments: ["guest-sync-delimited", "guest-get-vcpus"])
    func endlessLines(at step: String) async throws {
        try await Self.withFolder { folder in
            let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
            var agents: [Agent] = []
            for number in 0..<60 {
                agents.append(
                    try Agent(at: "\(folder)/\(number).sock", isEndless: { $0 == step }) {
                        $0 == step ? piece : Self.synced($1)
                    })
            }
            let named = agents.enumerated().flatMap {
                ["--agent", "g\($0.offset)=\($0.element.path)"]
            }
            let child = try Program.start(["list", "--json", "--timeout", "3"] + named)
            let processID = child.pid
            let peak = Task.detached { await Self.peak(of: processID) }
            let finished = try await Self.finish(child)
            #expect(finished.status == 0)
            #expect(!finished.output.contains("\"status\":\"ok\",\"version\""))
            let mebibytes = await peak.value >> 10
            #expect((1..<100).contains(mebibytes), "\(mebibytes) MiB")
            for agent in agents { await agent.close() }
        }
    }

    @Test("a reading is not late beside 12 agents that send lines of 9.5 MB")
    func longLines() async throws {
        try await Self.withFolder { folder in
            // Each scalar of it is work to read.
            let line = Array(
                "{\"return\": \"\(String(repeating: #"\u0041"#, count: 1_580_000))\"}\n".utf8)
            var agents: [Agent] = []
            for number in 0..<12 {
                let step = number.isMultiple(of: 2) ? "guest-sync-delimited" : "guest-get-vcpus"
                agents.append(
                    try Agent(at: "\(folder)/\(number).sock", isEndless: { $0 == step }) {
                        $0 == step ? line : Self.synced($1)
                    })
            }
            let healthy = try Agent(at: "\(folder)/healthy.sock") {
                $0 == "guest-get-vcpus" ? Self.vcpus(4) : Self.synced($1)
            }
            let named = agents.enumerated().flatMap {
                ["--agent", "g\($0.offset)=\($0.element.path)"]
            }
            // The age of the reading is how long all the others took after it: their deadline.
            let finished = try await Program.finished(
                ["list", "--json", "--timeout", "5", "--agent", "healthy=\(healthy.path)"] + named)
            let report = try JSONDecoder().decode(Report.self, from: Data(finished.output.utf8))
            let agent = try #require(report.guests.first { $0.name == "healthy" }?.agent)
            #expect(agent.status == "ok")
            #expect((agent.ageMilliseconds ?? 0) > 2000)
            for agent in agents + [healthy] { await agent.close() }
        }
    }

    @Test("list --watch reads on while the first answer of another guest is waited for")
    func watchBesideSilent() async throws {
        try await Self.withFolder { folder in
            let silent = try Agent(at: "\(folder)/silent.sock") { _, _ in [] }
            let healthy = try Agent(at: "\(folder)/healthy.sock") {
                $0 == "guest-get-vcpus" ? Self.vcpus(4) : Self.synced($1)
            }
            let watch = try Program.start([
                "list", "--watch", "--timeout", "12", "--agent", "healthy=\(healthy.path)",
                "--agent", "silent=\(silent.path)",
            ])
            let deadline = ContinuousClock.now + .seconds(60)
            while healthy.commands.count(where: { $0 == "guest-get-vcpus" }) < 2, .now < deadline {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(.now < deadline)
            // Nothing is printed before all guests have answered, or had their time.
            #expect(watch.unreadOutput == 0)
            try watch.signal(SIGTERM)
            for agent in [silent, healthy] { await agent.close() }
        }
    }

    private struct Report: Decodable {
        struct Guest: Decodable {
            struct Agent: Decodable {
                let status: String
                let ageMilliseconds: Int?
            }
            let name: String
            let agent: Agent
        }
        let guests: [Guest]
    }

    /// The most memory that a process has had, in KiB.
    private static func peak(of processID: Int32) async -> Int {
        var peak = 0
        while let status = try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)
        {
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            guard let size = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
            else { break }
            peak = max(peak, size)
            try? await Task.sleep(for: .milliseconds(20))
        }
        return peak
    }

    /// Waits for a process on a thread of its own.
    private static func finish(_ child: sending Child) async throws -> Finished {
        let box = ChildBox(child)
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try box.child.finish(within: .seconds(60)) })
            }
        }
    }

    /// Hands a child to the one thread that waits for it.
    private struct ChildBox: @unchecked Sendable {
        let child: Child
        init(_ child: Child) { self.child = child }
    }
}
