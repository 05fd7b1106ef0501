public import Foundation
import Glibc
import Synchronization

/// The real thing, small: a Linux guest under QEMU's emulation with the real `qemu-ga`, four
/// processors and room for two more (see `Tests/Lab/guest` and `guest-init`).
public final class MicroGuest: GuestShell, Sendable {
    /// One guest for all suites that leave it as they found it, booted when first asked for.
    ///
    /// The suites that share it are nested in one serialized suite, `MicroGuestTests`.
    public static func shared() throws -> MicroGuest {
        try sharedGuest.get()
    }

    private static let sharedGuest = SharedLab { try MicroGuest() }

    /// What QEMU was told that the guest is called; no other guest of this machine's has it.
    public let name: String
    private let tether: Tether
    private let control: Mutex<Control>
    private let monitor: Mutex<Monitor>

    /// Boots a guest and waits until its agent answers.
    ///
    /// - Parameters:
    ///   - namingThreads: Whether QEMU names its threads after their vCPUs.
    ///   - processors: How many are there from the start, 1 to 6.
    public init(namingThreads: Bool = true, processors: Int = 4) throws {
        let folder = try makeLabFolder()
        let name = "micro-\(folder.split(separator: ".").last ?? "")"
        self.name = name
        let names = namingThreads ? "debug-threads=on" : ""
        let tether = try Tether(
            [script("guest"), folder, name, names, "\(processors)"], in: folder)
        self.tether = tether
        do {
            // The first boot may have to fetch the kernel.
            var control = try Control(
                "\(folder)/control.sock", isRunning: { tether.isRunning })
            try control.waitForBoot()
            self.control = Mutex(control)
            monitor = Mutex(try Monitor("\(folder)/lab.sock"))
            _ = try IndependentClient.processors(
                ofAgentAt: "\(folder)/agent.sock", within: .seconds(30))
        } catch {
            let console = try? String(contentsOfFile: "\(folder)/console.log", encoding: .utf8)
            throw LabError.hung(
                guest: name, log: "\(error)\n\(tether.log)\(console ?? "")")
        }
    }

    /// Where its agent is reached.
    public var agentSocket: String { "\(tether.folder)/agent.sock" }

    /// Its QMP socket for the program under test; the lab has another.
    public var qmpSocket: String { "\(tether.folder)/qmp.sock" }

    /// The guest's folder, for sockets of the test's own.
    public var folder: String { tether.folder }

    /// Its QEMU process.
    public var pid: Int32 { tether.pid }

    /// Ends the guest.
    public func stop() throws { try tether.stop() }

    /// Runs a shell command in the guest, past the agent, and returns what it wrote.
    @discardableResult
    public func run(_ command: String, within duration: Duration) throws -> String {
        try expectingAnswer(of: name, log: "\(command)\n\(tether.log)") {
            try control.withLock { try $0.run(command, within: duration) }
        }
    }

    /// Sends a QMP command on the lab's own monitor, and returns its result as JSON text.
    @discardableResult
    public func qmp(_ command: String, arguments: String = "{}") throws -> Data {
        try monitor.withLock { try $0.execute(command, arguments: arguments) }
    }
}

/// A QMP connection.
private struct Monitor: ~Copyable {
    private var line: UnixLine

    init(_ path: String) throws {
        var line = try UnixLine(path: path, within: .seconds(30))
        _ = try Self.execute("qmp_capabilities", arguments: "{}", on: &line)
        self.line = line
    }

    mutating func execute(_ command: String, arguments: String) throws -> Data {
        try Self.execute(command, arguments: arguments, on: &line)
    }

    private static func execute(
        _ command: String, arguments: String, on line: inout UnixLine
    ) throws -> Data {
        try line.send(Array(#"{"execute":"\#(command)","arguments":\#(arguments)}"#.utf8) + [10])
        while let bytes = try line.line() {
            let reply = try object(bytes)
            if let result = reply["return"] {
                return try JSONSerialization.data(
                    withJSONObject: result, options: .fragmentsAllowed)
            }
            if let error = reply["error"] {
                throw LabError.unexpected("QMP \(command): \(error)")
            }
        }
        throw LabError.unexpected("QMP closed the line during \(command)")
    }
}
