import Foundation
import Glibc

/// A processor of a staged tree.
public enum StagedCPU: Equatable, Sendable {
    /// It can be switched both ways.
    case online, offline
    /// It is online and has no `online` file: not offlinable.
    case fixed
    /// It reads as online, and every write to it fails with ENOSPC.
    case full
    /// It cannot be opened for writing (EROFS); in which state it is.
    case readOnly(online: Bool)
}

/// The real `qemu-ga` on a staged tree of processors (see `Tests/Lab/staged-agent`).
public final class StagedAgent: Sendable {
    private let tether: Tether

    /// Stages a tree and starts an agent on it; returns when the agent listens.
    ///
    /// - Parameter bootID: What the agent reads as its kernel's boot id; this machine's where it
    ///   is left out.
    /// - Parameter options: More options of qemu-ga.
    /// - Parameter hasFileSystem: Whether it has a file system of its own that can be frozen, which
    ///   takes root.
    public init(
        _ processors: [Int: StagedCPU], bootID: String? = nil, options: [String] = [],
        hasFileSystem: Bool = false
    ) throws {
        let folder = try makeLabFolder()
        if !options.isEmpty {
            try write(options.map { $0 + "\n" }.joined(), to: "\(folder)/options")
        }
        if hasFileSystem { try makeFileSystem(in: folder) }
        if let bootID { try write(bootID + "\n", to: "\(folder)/boot_id") }
        var readOnly = ""
        for (id, processor) in processors {
            let place = "\(folder)/cpu/cpu\(id)"
            try FileManager.default.createDirectory(
                atPath: place, withIntermediateDirectories: true)
            switch processor {
            case .fixed: break
            case .full:
                try FileManager.default.createSymbolicLink(
                    atPath: "\(place)/online", withDestinationPath: "/dev/full")
            case .online: try write("1\n", to: "\(place)/online")
            case .offline: try write("0\n", to: "\(place)/online")
            case .readOnly(let online):
                try write(online ? "1\n" : "0\n", to: "\(place)/online")
                readOnly += "cpu\(id)/online\n"
            }
        }
        try write(readOnly, to: "\(folder)/read-only")

        let tether = try Tether([script("staged-agent"), folder], in: folder)
        self.tether = tether
        try wait(for: "qemu-ga: \(tether.log)") {
            guard tether.isRunning else {
                throw LabError.ended(program: "qemu-ga", log: tether.log)
            }
            let answer = try? IndependentClient.ask(
                #"{"execute":"guest-ping"}"#, ofAgentAt: socket, within: .seconds(1))
            return answer?["return"] != nil
        }
    }

    /// Where the agent listens.
    public var socket: String { "\(tether.folder)/agent.sock" }

    /// The agent's folder, for sockets of the test's own.
    public var folder: String { tether.folder }

    /// The agent's process.
    public var pid: Int32 { tether.pid }

    /// Gives the guest another boot id, as a reboot does.
    public func setBootID(_ bootID: String) throws {
        // In place, since the agent has this very file mounted.
        let file = try FileHandle(forWritingTo: URL(filePath: "\(folder)/boot_id"))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: Data((bootID + "\n").utf8))
        try file.close()
    }

    /// Stops the agent's process as it is, with its socket open.
    public func stall() throws { try tether.signal(SIGSTOP) }

    /// Lets a stalled agent go on.
    public func resume() throws { try tether.signal(SIGCONT) }

    /// Ends the agent.
    public func stop() throws { try tether.stop() }

    /// Freezes the agent's own file system through the agent, as a backup does.
    public func freeze() throws {
        let request = """
            {"execute":"guest-fsfreeze-freeze-list","arguments":{"mountpoints":["\(folder)/fs"]}}
            """
        let answer = try IndependentClient.ask(request, ofAgentAt: socket, within: .seconds(30))
        guard answer["return"] as? Int == 1 else { throw LabError.unexpected("\(answer)") }
    }

    /// Thaws it; it must not be left frozen.
    public func thaw() throws {
        _ = try IndependentClient.ask(
            #"{"execute":"guest-fsfreeze-thaw"}"#, ofAgentAt: socket, within: .seconds(30))
    }

    /// The ids whose `online` files say 1, straight from the tree; no fixed and no full ones.
    public func onlineFiles() throws -> Set<Int> {
        let tree = "\(folder)/cpu"
        var online: Set<Int> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: tree) {
            let file = "\(tree)/\(name)/online"
            guard let id = Int(name.dropFirst(3)),
                try isRegular(file),
                try String(contentsOfFile: file, encoding: .utf8).first == "1"
            else { continue }
            online.insert(id)
        }
        return online
    }
}

/// Makes an empty file system in the folder's `fs.img`, to be mounted at its `fs`.
private func makeFileSystem(in folder: String) throws {
    try FileManager.default.createDirectory(
        atPath: "\(folder)/fs", withIntermediateDirectories: true)
    let script = "truncate -s 8M fs.img && PATH=$PATH:/sbin:/usr/sbin mkfs.ext4 -q fs.img"
    let made = try Child(["sh", "-c", "cd \"$0\" && \(script)", folder])
        .finish(within: .seconds(60))
    guard made.status == 0 else { throw LabError.unexpected("mkfs.ext4: \(made.errors)") }
}

private func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path))
}

private func isRegular(_ path: String) throws -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}
