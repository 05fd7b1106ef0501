internal import GuestVCPU

/// A cache of the pairing that a guest's firmware gives.
///
/// Reading the firmware takes three commands for each vCPU, so it is read once, and again after a
/// reboot of the guest or a change of its process, of its vCPUs or of the hypervisor's vCPUs.
struct FirmwareMemory: Hashable, Sendable {
    /// The key of the cache: what was read is valid for an equal subject only.
    struct Subject: Hashable, Sendable {
        let process: ProcessIdentity
        let guest: CPUMap
        /// The hypervisor's vCPUs.
        let host: [HostIndex]
        /// See `HostReading.incarnation`.
        let incarnation: UInt64
    }

    /// What to do before a reading is returned.
    enum Step: Hashable, Sendable {
        /// Use these indices; there are none where they are not known.
        case use([Int: HostIndex])
        /// Read the boot id, and use the indices if it is this one.
        case compareBoot(BootID, [Int: HostIndex])
        /// Read the firmware.
        case read
    }

    private enum State: Hashable {
        case nothing
        case known(Subject, BootID, [Int: HostIndex])
        /// Reading failed; it is not tried before this time, or never when that is nil.
        case failed(Subject, until: ContinuousClock.Instant?)
    }

    /// The most vCPUs of a guest whose firmware is read although its pairing can be inferred.
    private static let mostForConfirmation = 64
    /// The time until the next try with a guest that did not answer in time.
    private static let pauseAfterSilence = Duration.seconds(60)

    private var state = State.nothing

    /// The next step for a subject.
    ///
    /// - Parameters:
    ///   - subject: The present one.
    ///   - isInferable: Whether the whole pairing can be inferred.
    func step(
        for subject: Subject, isInferable: Bool, now: ContinuousClock.Instant
    ) -> Step {
        switch state {
        case .known(subject, _, let indices) where indices.allSatisfy({ $0.key == $0.value.number }):
            // A reboot would give the same numbers.
            return .use(indices)
        case .known(subject, let bootID, let indices):
            return .compareBoot(bootID, indices)
        case .failed(subject, until: nil):
            return .use([:])
        case .failed(subject, until: let until?) where now < until:
            return .use([:])
        case .nothing, .known, .failed:
            let isWorthWhile = !isInferable || subject.guest.count <= Self.mostForConfirmation
            return isWorthWhile ? .read : .use([:])
        }
    }

    /// Records what the firmware says.
    mutating func record(_ indices: [Int: HostIndex], of subject: Subject, bootID: BootID) {
        state = .known(subject, bootID, indices)
    }

    /// Records that reading the firmware failed.
    ///
    /// - Parameter wasCutShort: Whether the deadline passed or the connection was lost, so that
    ///   another try can succeed.
    mutating func recordFailure(
        of subject: Subject, wasCutShort: Bool, now: ContinuousClock.Instant
    ) {
        state = .failed(subject, until: wasCutShort ? now + Self.pauseAfterSilence : nil)
    }
}
