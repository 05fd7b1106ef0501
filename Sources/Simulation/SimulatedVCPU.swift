/// One processor of a simulated guest.
package struct SimulatedVCPU: Hashable, Sendable {
    /// The guest kernel's number, 0 to 4095.
    package let id: Int
    /// Whether the guest schedules on the processor.
    package internal(set) var isOnline: Bool
    /// Whether the processor has an `online` file; one without it is always online.
    package let isOfflinable: Bool
    /// The reason why it cannot be taken offline; nil where it can.
    package internal(set) var offlineFailure: SetFailure?
    /// The reason why it cannot be brought online; nil where it can.
    package internal(set) var onlineFailure: SetFailure?
    /// Whether its thread stays busy while it is offline, as where a kernel polls in its idle loop.
    package internal(set) var spinsOffline = false
    /// The CPU time that the processor's thread has consumed on the host.
    package internal(set) var timeNanoseconds: UInt64
    /// The share of time that the processor worked recently, 0 to 1; while it is offline, the last
    /// share before that.
    package internal(set) var share: Double
    /// The time that the thread was runnable and waited for a physical CPU.
    package internal(set) var waitNanoseconds: UInt64
    /// See `HostVCPU.plugOrder`.
    package internal(set) var plugOrder: Int?

    /// Creates a processor.
    package init(
        id: Int, isOnline: Bool = true, isOfflinable: Bool = true,
        offlineFailure: SetFailure? = nil, onlineFailure: SetFailure? = nil
    ) {
        self.id = id
        self.isOnline = isOnline
        self.isOfflinable = isOfflinable
        self.offlineFailure = offlineFailure
        self.onlineFailure = onlineFailure
        timeNanoseconds = 0
        share = 0
        waitNanoseconds = 0
    }
}

/// A kernel's refusal to change a processor's state.
package struct SetFailure: Hashable, Sendable {
    /// The kernel's error.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// EBUSY: deadline tasks, or the last CPU.
        case busy = "Device or resource busy"
        /// ENOSPC: a test's sysfs tree on a full file system.
        case noSpace = "No space left on device"
        /// EIO, as users report after a live migration.
        case inputOutput = "Input/output error"
        /// EPERM: an SMT sibling under `nosmt`.
        case notPermitted = "Operation not permitted"
        /// EROFS: sysfs is read-only. The agent notices when it opens the file, before it writes.
        case readOnly = "Read-only file system"
    }

    /// The kernel's error.
    package let reason: Reason
    /// How many more tries fail; nil if all do.
    package internal(set) var triesLeft: Int?

    /// Creates a refusal, which is permanent without a number of tries.
    package init(_ reason: Reason, tries: Int? = nil) {
        self.reason = reason
        triesLeft = tries
    }
}
