internal import GuestVCPU

/// What was learnt of a guest's firmware, and whether it holds any longer.
///
/// Reading it takes three commands for each vCPU, so that is done once; again when the process,
/// the guest's set of vCPUs or the hypervisor's changes, or the guest was rebooted.
struct FirmwareMemory: Hashable, Sendable {
    /// What the firmware is read of; with another of these, nothing that was learnt holds.
    struct Subject: Hashable, Sendable {
        let process: ProcessIdentity
        let guest: CPUMap
        /// The hypervisor's vCPUs.
        let host: [HostIndex]
        /// Counts what makes the guest's ids mean other vCPUs; see `HostReading.incarnation`.
        let incarnation: UInt64
    }

    /// What is to be done before a reading is given out.
    enum Step: Hashable, Sendable {
        /// Nothing; these are the indices, none where none are known.
        case use([Int: HostIndex])
        /// Compare the kernel's boot; where it is this one, these are the indices.
        case compareBoot(BootID, [Int: HostIndex])
        /// Read the firmware.
        case read
    }

    private enum State: Hashable {
        case nothing
        case known(Subject, BootID, [Int: HostIndex])
        /// It could not be read; not to be tried before this time, or not at all when nil.
        case failed(Subject, until: ContinuousClock.Instant?)
    }

    /// The most vCPUs of which the firmware is read where the numbers alone tell the pairing.
    private static let mostForConfirmation = 64
    /// How long a guest that did not answer in time is left alone.
    private static let pauseAfterSilence = Duration.seconds(60)

    private var state = State.nothing

    /// Says what is to be done.
    ///
    /// - Parameters:
    ///   - subject: As it is now.
    ///   - isInferable: Whether the numbers alone tell the whole pairing.
    func step(
        for subject: Subject, isInferable: Bool, now: ContinuousClock.Instant
    ) -> Step {
        switch state {
        case .known(subject, _, let indices) where indices.allSatisfy({ $0.key == $0.value.number }):
            // At a reboot the numbers would come out the same.
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

    /// Takes in what the firmware says.
    mutating func record(_ indices: [Int: HostIndex], of subject: Subject, bootID: BootID) {
        state = .known(subject, bootID, indices)
    }

    /// Takes in that it could not be read.
    ///
    /// - Parameter wasCutShort: Whether time ran out or the line was lost, so that another try may end
    ///   otherwise.
    mutating func recordFailure(
        of subject: Subject, wasCutShort: Bool, now: ContinuousClock.Instant
    ) {
        state = .failed(subject, until: wasCutShort ? now + Self.pauseAfterSilence : nil)
    }
}
