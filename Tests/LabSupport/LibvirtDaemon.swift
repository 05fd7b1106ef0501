import Foundation
import Glibc
import Synchronization

/// A real `libvirtd` that is the test's own (see `Tests/Lab/libvirtd`).
///
/// Its guests end with it.
public final class LibvirtDaemon: Sendable {
    private let tether: Tether
    /// The QEMU that its guests run in; nil where the daemon's own Debian has one that is as good.
    let emulator: String?
    /// The TCP or TLS port of a daemon on the network, 0 for the others.
    public let port: Int

    /// What makes a daemon differ from this machine's own.
    public enum Kind: Sendable {
        case ordinary
        /// Debian 13's, with libvirt 11.3, in a Debian 13 of its own.
        case trixie
        /// One that writes its messages in a language, such as `ru_RU`.
        case translated(String)
        /// One on the network of this machine, with a name of its own and a TCP port.
        case networked(name: String)
        /// The same, where a name and a password are needed.
        case authenticated(name: String, user: String, password: String)
        /// One on the network of this machine, with a name of its own, a TLS port and the
        /// certificate in a folder of `Certificates`.
        case encrypted(name: String, certificates: String)
        /// One whose socket is open to all users, and which asks polkit about them. It needs root.
        case polkit
    }

    /// Starts a daemon, and returns when it answers.
    public init(_ kind: Kind = .ordinary) throws {
        let folder = try makeLabFolder()
        // The first time it is fetched.
        let debian = try Self.output(of: [script("trixie")], within: .seconds(500))
        emulator =
            if case .trixie = kind { nil } else { "\(debian)/usr/emulator/qemu-system-x86_64" }
        var environment = try Self.environment(of: kind, in: folder, debian: debian)
        if environment["LAB_HOST"] != nil {
            port = try FreePort.find()
            environment["LAB_PORT"] = "\(port)"
        } else {
            port = 0
        }
        tether = try Tether(
            [script("libvirtd"), folder], in: folder, environment: environment)
        try waitForAnswer()
    }

    private static func environment(
        of kind: Kind, in folder: String, debian: String
    ) throws -> [String: String] {
        switch kind {
        case .ordinary: return [:]
        case .trixie:
            let image = try output(of: [script("guest-image")], within: .seconds(300))
            let places = [image, Program.path].map {
                URL(filePath: $0).deletingLastPathComponent().path
            }
            return [
                "LAB_ROOT": debian,
                "LAB_PLACES": (places + (try Program.libraryFolders())).joined(separator: "\n"),
            ]
        case .translated(let language):
            let name = "\(language).UTF-8"
            _ = try output(
                of: ["localedef", "-i", language, "-f", "UTF-8", "\(folder)/\(name)"],
                within: .seconds(60))
            return ["LAB_LOCALE": name, "LOCPATH": folder]
        case .networked(let name): return ["LAB_HOST": "\(name) \(UUID())"]
        case .authenticated(let name, let user, let password):
            return ["LAB_HOST": "\(name) \(UUID())", "LAB_USER": "\(user) \(password)"]
        case .encrypted(let name, let certificates):
            return ["LAB_HOST": "\(name) \(UUID())", "LAB_CERTIFICATES": certificates]
        case .polkit: return ["LAB_POLKIT": "\(debian)/usr/share/polkit-1/actions"]
        }
    }

    /// The first line that a program writes.
    private static func output(of command: [String], within duration: Duration) throws -> String {
        let child = try Child(command)
        child.closeInput()
        let finished = try child.finish(within: duration)
        guard finished.status == 0 else {
            throw LabError.ended(program: command[0], log: finished.errors)
        }
        return finished.output.trimmingCharacters(in: .newlines)
    }

    /// How to connect to it.
    public var uri: String { uri(ofSocket: "libvirt-sock") }

    /// How to connect to the socket of those who may only read.
    public var readOnlyURI: String { uri(ofSocket: "libvirt-sock-ro") }

    private func uri(ofSocket name: String) -> String {
        "qemu+unix:///system?socket=\(tether.folder)/run/libvirt/\(name)"
    }

    /// A `virsh` that talks to it.
    public var virsh: Virsh { Virsh(uri: uri) }

    /// Its folder.
    public var folder: String { tether.folder }

    /// The folder for sockets and logs of guests, as it is here; `/run/lab` to the daemon.
    var guestFolder: String { "\(tether.folder)/run/lab" }

    /// What the daemon, and what runs it, have written to their outputs.
    var log: String { tether.log }

    /// A shell script's command line that runs what follows it where the daemon runs.
    public func enteringCommand() throws -> String {
        // The lab of a user other than root is in a user namespace.
        "nsenter --target \(try pid()) --mount --pid\(getuid() == 0 ? "" : " --user")"
    }

    /// Kills the daemon as a crash would.
    ///
    /// Its guests go on, and nothing answers until `restart`.
    public func kill() throws {
        guard FileManager.default.createFile(atPath: downFile, contents: nil) else {
            throw LabError.unexpected("cannot make \(downFile)")
        }
        let pid = try pid()
        try signal(pid, SIGKILL)
        try wait(for: "libvirtd \(pid) to end") { Glibc.kill(pid, 0) != 0 }
    }

    /// Starts the daemon again after `kill`, should it not run, and returns when it answers.
    public func restart() throws {
        if FileManager.default.fileExists(atPath: downFile) {
            try FileManager.default.removeItem(atPath: downFile)
        }
        try waitForAnswer()
    }

    /// Stops the daemon's process as it is, with its connections open.
    public func stall() throws { try signal(pid(), SIGSTOP) }

    /// Lets a stalled daemon go on.
    public func resume() throws { try signal(pid(), SIGCONT) }

    /// Ends the daemon and all of its guests.
    public func stop() throws { try tether.stop() }

    /// The daemon's process.
    public func pid() throws -> Int32 {
        guard let pid = try processes().first(where: { $0.command.contains { $0 == "libvirtd" } })
        else { throw LabError.unexpected("there is no libvirtd: \(log)") }
        return pid.pid
    }

    /// QEMU's process of a guest, nil when there is none.
    public func pid(ofGuest name: String) throws -> Int32? {
        try processes().first { $0.command.contains { $0.hasPrefix("guest=\(name),") } }?.pid
    }

    /// The children of the first process in the daemon's namespace, by their numbers out here.
    private func processes() throws -> [(pid: Int32, command: [String])] {
        guard let first = childProcesses(of: tether.pid).first else {
            throw LabError.ended(program: "libvirtd", log: log)
        }
        return childProcesses(of: first).map { pid in
            let line = (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)) ?? ""
            return (pid, line.split(separator: "\0").map(String.init))
        }
    }

    private var downFile: String { "\(tether.folder)/down" }

    private func signal(_ pid: Int32, _ number: Int32) throws {
        guard Glibc.kill(pid, number) == 0 else {
            throw LabError.system(call: "kill", errno: errno)
        }
    }

    /// A daemon asks QEMU what it can do before it answers for the first time.
    private func waitForAnswer() throws {
        try wait(for: "libvirtd to answer: \(log)", within: .seconds(60)) {
            guard tether.isRunning else { throw LabError.ended(program: "libvirtd", log: log) }
            return try virsh.attempt("version").status == 0
        }
    }
}
