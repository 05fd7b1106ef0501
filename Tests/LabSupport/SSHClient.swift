import Foundation

/// A real `ssh` with a configuration of its own, in which the host `kvm01` is an `SSHServer`.
public final class SSHClient: Sendable {
    /// What the client knows of the host's key.
    public enum KnownHost: Sendable { case known, unknown, another }

    /// The client's own key.
    public enum Key: Sendable {
        case good
        /// The host accepts it, and a passphrase protects it.
        case protected
        /// The host does not accept it.
        case strange
    }

    /// The program, for a URI's `command`.
    public var program: String { "\(folder)/ssh" }

    private let folder: String
    private let port: Int
    /// The file of its key.
    private let key: String
    private static let passphrase = "open sesame"

    /// Makes a client of a server, which it has not connected to yet.
    public init(of server: SSHServer, host: KnownHost = .known, key: Key = .good) throws {
        folder = try makeLabFolder()
        port = server.port
        self.key = try Self.makeKey(key, of: server, in: folder)
        let hostKey: String? =
            switch host {
            case .known: try server.hostKey()
            case .unknown: nil
            case .another: try Self.publicKey(Self.makeKey(.strange, of: server, in: folder))
            }
        try Data((hostKey.map { "[127.0.0.1]:\(port) \($0)\n" } ?? "").utf8)
            .write(to: URL(filePath: "\(folder)/known"))
        let settings = """
            Host kvm01
              HostName 127.0.0.1
              Port \(port)
            Host *
              IdentityFile \(self.key)
              IdentitiesOnly yes
              IdentityAgent \(folder)/agent
              UserKnownHostsFile \(folder)/known
              GlobalKnownHostsFile none

            """
        try Data(settings.utf8).write(to: URL(filePath: "\(folder)/config"))
        try writeProgram(
            "echo start >>\(folder)/starts\nexec ssh -F \(folder)/config \"$@\"", to: program)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A daemon's URI by the host's name in the configuration.
    public var uri: String { "qemu+ssh://kvm01/system?command=\(program)" }

    /// The same by the host's address and port.
    public var uriWithPort: String { "qemu+ssh://127.0.0.1:\(port)/system?command=\(program)" }

    /// The same with one of libvirt's other ways of ssh, which read no configuration.
    public func uri(ofTransport transport: String) -> String {
        "qemu+\(transport)://127.0.0.1:\(port)/system?known_hosts=\(folder)/known&keyfile=\(key)"
    }

    /// The name of the host in the file of known hosts.
    public var knownName: String { "[127.0.0.1]:\(port)" }

    /// How often it was started.
    public func starts() throws -> Int {
        try String(contentsOfFile: "\(folder)/starts", encoding: .utf8)
            .split(separator: "\n").count
    }

    /// Runs with an `ssh-agent` that holds its key.
    public func withAgent(_ body: () throws -> Void) throws {
        let place = try makeLabFolder()
        let agent = try Tether(["ssh-agent", "-D", "-a", "\(folder)/agent"], in: place)
        defer { try? agent.stop() }
        try wait(for: "ssh-agent: \(agent.log)") {
            FileManager.default.fileExists(atPath: "\(folder)/agent")
        }
        try writeProgram("echo '\(Self.passphrase)'", to: "\(folder)/ask")
        _ = try Self.output(
            of: ["ssh-add", "\(folder)/protected"],
            environment: [
                "SSH_AUTH_SOCK": "\(folder)/agent", "SSH_ASKPASS": "\(folder)/ask",
                "SSH_ASKPASS_REQUIRE": "force",
            ])
        try body()
    }

    /// Makes a key of a kind, and returns its file.
    private static func makeKey(
        _ key: Key, of server: SSHServer, in folder: String
    ) throws -> String {
        switch key {
        case .good: return "\(server.folder)/key"
        case .protected:
            let file = "\(folder)/protected"
            for end in ["", ".pub"] {
                try FileManager.default.copyItem(
                    atPath: "\(server.folder)/key\(end)", toPath: file + end)
            }
            _ = try output(of: ["ssh-keygen", "-q", "-p", "-N", passphrase, "-f", file])
            return file
        case .strange:
            let file = "\(folder)/strange"
            _ = try output(of: ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file])
            return file
        }
    }

    private static func publicKey(_ file: String) throws -> String {
        try String(contentsOfFile: "\(file).pub", encoding: .utf8)
            .split(separator: " ").prefix(2).joined(separator: " ")
    }

    private static func output(
        of command: [String], environment: [String: String] = [:]
    ) throws -> String {
        let child = try Child(command, environment: environment)
        child.closeInput()
        let finished = try child.finish(within: .seconds(60))
        guard finished.status == 0 else {
            throw LabError.ended(program: command[0], log: finished.errors)
        }
        return finished.output
    }
}
