internal import SafeText

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
