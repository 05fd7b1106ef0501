/// One processor of a simulated guest.
package struct SimulatedVCPU: Hashable, Sendable {
    /// The guest kernel's number, 0 to 4095.
    package let id: Int
    /// Whether the guest schedules on it.
    package internal(set) var isOnline: Bool
    /// Whether it has an `online` file; one without is always online.
    package let isOfflinable: Bool
    /// Why it cannot be taken offline.
    package internal(set) var offlineFailure: SetFailure?
    /// Why it cannot be brought online.
    package internal(set) var onlineFailure: SetFailure?
    /// CPU time that its thread has consumed on the host.
    package internal(set) var timeNanoseconds: UInt64
    /// How much of its time it worked of late, 0 to 1; what it was before it went offline.
    package internal(set) var share: Double
    /// Time that its thread was runnable and waited for a physical CPU.
    package internal(set) var waitNanoseconds: UInt64

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
    /// What the kernel says.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// EBUSY: deadline tasks, or the last CPU.
        case busy = "Device or resource busy"
        /// ENOSPC, as a staged tree gives.
        case noSpace = "No space left on device"
        /// EIO, as users report after a live migration.
        case inputOutput = "Input/output error"
        /// EPERM: an SMT sibling under `nosmt`.
        case notPermitted = "Operation not permitted"
        /// EROFS: sysfs is read-only. The agent notices when it opens the file, before it writes.
        case readOnly = "Read-only file system"
    }

    /// What the kernel says.
    package let reason: Reason
    /// How many more tries fail; nil for all.
    package internal(set) var triesLeft: Int?

    /// Creates a refusal, for ever unless a number of tries is given.
    package init(_ reason: Reason, tries: Int? = nil) {
        self.reason = reason
        triesLeft = tries
    }
}
