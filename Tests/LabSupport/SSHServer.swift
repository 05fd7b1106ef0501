import Foundation
import Glibc

/// A real `sshd` in front of a libvirt daemon of the lab (see `Tests/Lab/sshd`).
public final class SSHServer: Sendable {
    private let tether: Tether

    /// Starts a server, and returns when it listens.
    ///
    /// Its sessions run what clients ask for where the daemon runs.
    ///
    /// - Parameters:
    ///   - settings: Further lines of its configuration.
    ///   - isBoundByModes: Whether the modes of files bind its sessions, as root's they do not by
    ///     themselves.
    public init(
        to daemon: LibvirtDaemon, settings: [String] = [], isBoundByModes: Bool = false
    ) throws {
        let bounds =
            isBoundByModes ? "setpriv --bounding-set=-dac_override,-dac_read_search" : ""
        let folder = try makeLabFolder()
        let command = "\(folder)/command"
        try writeProgram(
            "exec \(try daemon.enteringCommand()) \(bounds) sh -c \"$SSH_ORIGINAL_COMMAND\"",
            to: command)
        port = try FreePort.find()
        let tether = try Tether(
            [script("sshd"), folder, "\(port)", command] + settings, in: folder)
        self.tether = tether
        // The first time the package is fetched.
        try wait(for: "sshd: \(tether.log)", within: .seconds(300)) {
            guard tether.isRunning else { throw LabError.ended(program: "sshd", log: tether.log) }
            return tether.log.contains("Server listening")
        }
    }

    /// Its port on 127.0.0.1.
    public let port: Int

    /// How to connect to the daemon through it.
    public var uri: String { "qemu+ssh://127.0.0.1/system?command=\(tether.folder)/ssh" }

    /// Its folder, with its `key` and the host's own public key, `host.pub`.
    public var folder: String { tether.folder }

    /// The host's public key, as a file of known hosts has it.
    public func hostKey() throws -> String {
        try String(contentsOfFile: "\(tether.folder)/host.pub", encoding: .utf8)
            .split(separator: " ").prefix(2).joined(separator: " ")
    }

    /// What it has written so far.
    public var log: String { tether.log }

    /// How many clients have logged in so far.
    public var logins: Int {
        // sshd ends its lines as a terminal would want it.
        tether.log.split(whereSeparator: \.isNewline).count { $0.hasPrefix("Accepted publickey") }
    }

    /// How many connections have ended after a login was tried and refused.
    public var refusals: Int {
        tether.log.split(whereSeparator: \.isNewline).count {
            $0.hasPrefix("Disconnected from authenticating user") && $0.hasSuffix("[preauth]")
        }
    }

    /// The process, the process group and the session of each ssh client so far.
    public func clients() throws -> [[Substring]] {
        try String(contentsOfFile: "\(tether.folder)/clients", encoding: .utf8)
            .split(separator: "\n").map { $0.split(separator: " ") }
    }

    /// Kills all of its sessions, so that their clients lose the connection.
    public func endSessions() throws {
        let sessions = childProcesses(of: tether.pid)
        guard !sessions.isEmpty else { throw LabError.unexpected("sshd has no session: \(log)") }
        for session in sessions { kill(session, SIGKILL) }
    }

    /// Ends the server; its sessions go on.
    public func stop() throws { try tether.stop() }
}
