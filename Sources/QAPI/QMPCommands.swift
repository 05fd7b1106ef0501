internal import SafeText

/// One vCPU of a QEMU process, and the thread that runs it.
///
/// - Source: qemu/qapi/machine.json, `CpuInfoFast` (since 2.12).
public struct QMPVCPU: Hashable, Sendable {
    /// The hypervisor's index, 0 to 4095; not the guest kernel's number.
    public var index: Int
    /// The host's thread id; the same for all where one thread serves all.
    public var threadID: Int32

    /// Creates a vCPU.
    public init(index: Int, threadID: Int32) {
        self.index = index
        self.threadID = threadID
    }
}

/// One of QEMU's character devices: the host's end of an agent channel is one.
///
/// - Source: qemu/qapi/char.json, `ChardevInfo` (since 0.14).
public struct QMPChardev: Hashable, Sendable {
    /// Its id on QEMU's command line.
    public var label: String
    /// What it is connected to: `unix:/path,server=on`, with `disconnected:` in front while no
    /// client is.
    public var filename: String
    /// Whether the guest has the other end open: an agent runs, or at least one did open it.
    public var isFrontendOpen: Bool

    /// Creates a character device.
    public init(label: String, filename: String, isFrontendOpen: Bool) {
        self.label = label
        self.filename = filename
        self.isFrontendOpen = isFrontendOpen
    }
}

/// What a QEMU process is doing with its guest.
///
/// - Source: qemu/qapi/run-state.json, `RunState` (since 1.0).
public enum QMPRunState: Hashable, Sendable {
    /// The guest runs.
    case running
    /// Stopped by the administrator.
    case paused
    /// Not started yet (`-S`).
    case prelaunch
    /// Asleep (ACPI S3).
    case suspended
    /// Shut down, while QEMU stays (`-no-shutdown`).
    case shutdown
    /// The guest's kernel panicked.
    case guestPanicked
    /// Stopped by an error of a disk.
    case ioError
    /// Stopped by an error of QEMU's.
    case internalError
    /// Waiting for a migration to come in.
    case inMigrate
    /// Stopped for the end of a migration.
    case finishMigrate
    /// Migrated away.
    case postMigrate
    /// Another state, as it is called on the wire; bounded.
    case other(String)

    init(wireName: String) {
        switch wireName {
        case "running": self = .running
        case "paused": self = .paused
        case "prelaunch": self = .prelaunch
        case "suspended": self = .suspended
        case "shutdown": self = .shutdown
        case "guest-panicked": self = .guestPanicked
        case "io-error": self = .ioError
        case "internal-error": self = .internalError
        case "inmigrate": self = .inMigrate
        case "finish-migrate": self = .finishMigrate
        case "postmigrate": self = .postMigrate
        default: self = .other(wireName.printable(limit: 64))
        }
    }
}

extension QMPSession {
    /// Reads the vCPUs and their threads (`query-cpus-fast`).
    ///
    /// - Returns: At most 4,096; no index twice.
    /// - Throws: As `execute`; `.malformed` when the reply is not what the schema says.
    public func cpus(until deadline: ContinuousClock.Instant) async throws(QAPIError) -> [QMPVCPU] {
        let reply = try await execute(
            "query-cpus-fast", replySize: ReplySize.monitorList, until: deadline)
        return try reading(reply) { (list) throws(SchemaViolation) in
            var seen: Set<Int> = []
            return try list.elements(atMost: AgentVCPU.maximumID + 1) {
                (cpu) throws(SchemaViolation) in
                let index = try cpu.required("cpu-index", in: 0...AgentVCPU.maximumID)
                guard seen.insert(index).inserted else {
                    throw SchemaViolation("cpu-index", .duplicate, cpu)
                }
                let threadID = try cpu.required("thread-id", in: 1...Int(Int32.max))
                return QMPVCPU(index: index, threadID: Int32(truncatingIfNeeded: threadID))
            }
        }
    }

    /// Reads whether the guest runs (`query-status`).
    ///
    /// - Throws: As `execute`; `.malformed` when the reply is not what the schema says.
    public func runState(
        until deadline: ContinuousClock.Instant
    ) async throws(QAPIError) -> QMPRunState {
        let reply = try await execute(
            "query-status", replySize: ReplySize.monitorLine, until: deadline)
        return try reading(reply) { (status) throws(SchemaViolation) in
            QMPRunState(wireName: try status.required("status") { $0.stringValue })
        }
    }

    /// Reads the character devices (`query-chardev`).
    ///
    /// - Throws: As `execute`; `.malformed` when the reply is not what the schema says.
    public func chardevs(
        until deadline: ContinuousClock.Instant
    ) async throws(QAPIError) -> [QMPChardev] {
        let reply = try await execute(
            "query-chardev", replySize: ReplySize.monitorList, until: deadline)
        return try reading(reply) { (list) throws(SchemaViolation) in
            try list.elements(atMost: 4096) { (chardev) throws(SchemaViolation) in
                QMPChardev(
                    label: try chardev.required("label") { $0.stringValue },
                    filename: try chardev.required("filename") { $0.stringValue },
                    isFrontendOpen: try chardev.required("frontend-open") { $0.boolValue })
            }
        }
    }

    /// Reads the guest's name (`query-name`); nil where it was given none.
    ///
    /// - Throws: As `execute`; `.malformed` when the reply is not what the schema says.
    public func name(until deadline: ContinuousClock.Instant) async throws(QAPIError) -> String? {
        let reply = try await execute(
            "query-name", replySize: ReplySize.monitorLine, until: deadline)
        return try reading(reply) { (name) throws(SchemaViolation) in
            try name.optional("name") { $0.stringValue }
        }
    }
}
