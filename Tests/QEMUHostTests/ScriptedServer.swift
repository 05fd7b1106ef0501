import QAPI
import Synchronization
import UnixSockets

/// A server with a real socket that serves one client at a time, as QEMU does for agents and QMP,
/// and answers each line from a script.
final class ScriptedServer: Sendable {
    /// The reaction to a line.
    enum Answer: Sendable {
        case line(String)
        case bytes([UInt8])
        /// Sends a line after this time.
        case late(Duration, String)
        /// Never answers.
        case silence
        /// Closes the connection.
        case hangUp
    }

    let path: String
    private let listener: UnixListener
    private let task: Task<Void, Never>
    private let log: Log

    private final class Log: Sendable {
        let commands = Mutex<[String]>([])
        let connections = Mutex(0)
        let ended = Mutex(0)
    }

    /// - Parameters:
    ///   - greeting: The first line for each client.
    ///   - answer: The reaction to a command with its arguments.
    init(
        at path: String, greeting: String? = nil,
        answer: @escaping @Sendable (_ command: String, _ arguments: JSON?) -> Answer
    ) throws {
        self.path = path
        let listener = try UnixListener(path: path)
        let log = Log()
        self.listener = listener
        self.log = log
        task = Task {
            for await stream in listener.connections {
                log.connections.withLock { $0 += 1 }
                try? await Self.serve(stream, greeting, log, answer)
                await stream.close()
                log.ended.withLock { $0 += 1 }
            }
        }
    }

    private static func serve(
        _ stream: UnixStream, _ greeting: String?, _ log: Log,
        _ answer: (String, JSON?) -> Answer
    ) async throws {
        let deadline = ContinuousClock.Instant.soon
        if let greeting { try await stream.send(Array("\(greeting)\n".utf8), until: deadline) }
        var framer = Framer()
        while true {
            for frame in framer.push(try await stream.receive(until: deadline)) {
                guard case .line(let line, afterReset: _) = frame else { continue }
                let request = try JSON(parsing: line)
                guard let command = request["execute"]?.stringValue else { continue }
                log.commands.withLock { $0.append(command) }
                switch answer(command, request["arguments"]) {
                case .line(let text):
                    try await stream.send(Array("\(text)\n".utf8), until: deadline)
                case .late(let delay, let text):
                    try await Task.sleep(for: delay, clock: .continuous)
                    try await stream.send(Array("\(text)\n".utf8), until: deadline)
                case .bytes(let bytes): try await stream.send(bytes, until: deadline)
                case .silence: break
                case .hangUp: return
                }
            }
        }
    }

    /// The commands of all connections so far.
    var commands: [String] { log.commands.withLock { $0 } }

    /// The number of clients that were served or are served.
    var connections: Int { log.connections.withLock { $0 } }

    /// The number of clients that have disconnected.
    var ended: Int { log.ended.withLock { $0 } }

    func close() async {
        task.cancel()
        await listener.close()
        await task.value
    }
}

extension ScriptedServer {
    /// An agent that answers syncs, and everything else from the script.
    static func agent(
        at path: String, answer: @escaping @Sendable (String, JSON?) -> Answer
    ) throws -> ScriptedServer {
        try ScriptedServer(at: path) { command, arguments in
            guard command == "guest-sync-delimited", let id = arguments?["id"]?.integerValue else {
                return answer(command, arguments)
            }
            return .bytes([0xFF] + Array("{\"return\": \(id)}\n".utf8))
        }
    }

    /// A QMP server with three answers.
    static func qmp(
        at path: String, status: String = "running", cpus: String = "[]", chardevs: String = "[]"
    ) throws -> ScriptedServer {
        try ScriptedServer(at: path, greeting: #"{"QMP": {"version": {}, "capabilities": []}}"#) {
            command, _ in
            switch command {
            case "qmp_capabilities": .line(#"{"return": {}}"#)
            case "query-status": .line(#"{"return": {"status": "\#(status)"}}"#)
            case "query-cpus-fast": .line(#"{"return": \#(cpus)}"#)
            case "query-chardev": .line(#"{"return": \#(chardevs)}"#)
            default: .line(#"{"error": {"class": "CommandNotFound", "desc": "\#(command)"}}"#)
            }
        }
    }
}

extension ContinuousClock.Instant {
    /// A deadline that no test reaches, even on a busy machine.
    static var soon: Self { .now + .ample }
}

extension Duration {
    /// A deadline that no test reaches, even on a busy machine.
    static let ample = Duration.seconds(300)
}

/// Runs a test in its own directory.
func withDirectory(_ body: (PrivateDirectory) async throws -> Void) async throws {
    let directory = try PrivateDirectory(prefix: "qh-", in: ["/tmp"], longestName: 16)
    defer { directory.remove() }
    try await body(directory)
}

extension PrivateDirectory {
    var agent: String { path(of: "agent.sock") }
    var qmp: String { path(of: "qmp.sock") }
}
