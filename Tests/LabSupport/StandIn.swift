import Foundation

/// A process with the command line and the threads of a QEMU, which serves an agent and QMP (see
/// `Tests/Lab/stand-in.c`).
///
/// It restarts in milliseconds, runs in an empty root, and can say of itself what is not true.
public final class StandIn: Sendable {
    /// How it differs from a QEMU that was started in a plain way.
    public struct Traits: Sendable {
        /// Where it listens for the agent's clients, as it sees files; nil for nowhere.
        public var agent: String?
        /// Where it listens for QMP.
        public var qmp: String?
        /// Whether its threads have the names of vCPUs.
        public var namesThreads = true
        /// Whether its root is that of a container.
        public var isInContainer = false
        /// The folder where it is started, and which it leaves for `/`.
        public var startFolder: String?

        /// Whether its agent takes a client and never answers it.
        public var isSilent = false

        /// The vCPU that its agent calls offline, whatever the thread does.
        public var offline: Int?

        /// What its vCPUs use, as a share of a CPU in percent each; nil where they sleep for good.
        public var load: [Int]?

        /// Creates the traits of one that listens for an agent's clients.
        public init(agent: String?) { self.agent = agent }
    }

    private let tether: Tether

    /// Its process.
    public var pid: Int32 { tether.pid }

    /// Starts it, and waits until it listens.
    ///
    /// - Parameter arguments: QEMU's, without the program's name.
    public init(_ arguments: [String], _ traits: Traits) throws {
        let folder = try makeLabFolder()
        var environment = ["VCPUS": "2"]
        environment["AGENT"] = traits.agent
        environment["QMP"] = traits.qmp
        environment["LOAD"] = traits.load.map { $0.map(String.init).joined(separator: " ") }
        environment["OFFLINE"] = traits.offline.map(String.init)
        if traits.isSilent { environment["SILENT"] = "1" }
        if !traits.namesThreads { environment["UNNAMED"] = "1" }
        if traits.startFolder != nil { environment["DAEMON"] = "1" }
        let name = "qemu-system-x86_64"
        var command = [
            "bash", "-c", #"cd "$1" && program=$2 && shift 2 && exec -a "$0" "$program" "$@""#,
            name, traits.startFolder ?? "/", try CompiledProgram.path(of: "stand-in"),
        ]
        if traits.isInContainer {
            let root = "\(folder)/root"
            try FileManager.default.createDirectory(
                atPath: root, withIntermediateDirectories: true)
            command = [
                script("in-container"), root, try CompiledProgram.path(of: "stand-in"), name,
            ]
        }
        let tether = try Tether(command + arguments, in: folder, environment: environment)
        self.tether = tether
        try wait(for: "the stand-in: \(tether.log)") {
            guard tether.isRunning else {
                throw LabError.ended(program: "stand-in", log: tether.log)
            }
            return tether.log.contains("ready")
        }
    }

    /// The arguments of a machine with an agent's socket.
    ///
    /// - Parameter socket: The options of its chardev after the path.
    public static func arguments(
        named name: String, agent path: String, socket: String = "server=on,wait=off"
    ) -> [String] {
        [
            "-name", "\(name),debug-threads=on", "-chardev",
            "socket,id=a,path=\(path)" + (socket.isEmpty ? "" : ",\(socket)"), "-device",
            "virtserialport,chardev=a,name=org.qemu.guest_agent.0",
        ]
    }

    /// How many clients each of its sockets has served.
    public func clients(of socket: String) -> Int {
        tether.log.split(separator: "\n").count { $0 == "client of \(socket)" }
    }

    /// Ends it.
    public func stop() throws { try tether.stop() }
}
