internal import GuestVCPU
internal import QAPI

/// Reads what a guest's firmware says of its vCPUs, over a line on which it has just answered.
///
/// Nothing here fails a reading or makes it late: what cannot be read in time is not known.
struct FirmwareReader {
    let session: AgentSession
    let process: GuestProcess
    /// Latest instant to wait for the agent.
    let deadline: ContinuousClock.Instant
    /// Latest instant to begin with another file, and to wait for QMP.
    ///
    /// One that was opened is read and closed until the deadline, since a file that is given up
    /// stays open in the guest.
    let end: ContinuousClock.Instant

    /// The commands that have to be there and enabled.
    static let commands = ["guest-file-open", "guest-file-read", "guest-file-close"]

    /// The indices that the guest's firmware gives, by the guest's numbers; none where they are
    /// not known.
    func indices(of vcpus: CPUMap) async -> [Int: HostIndex] {
        guard let (subject, step) = await process.firmwareStep(for: vcpus, until: end) else {
            return [:]
        }
        do throws(QAPIError) {
            switch step {
            case .use(let indices):
                return indices
            case .compareBoot(let known, let indices):
                if try await bootID() == known { return indices }
                // The ids may mean other vCPUs now, in another incarnation.
                return try await read(await process.renewed(subject))
            case .read:
                return try await read(subject)
            }
        } catch {
            await process.recordFirmwareFailure(of: subject, wasCutShort: !error.isAnswer)
            return [:]
        }
    }

    /// Reads all of it, or nothing.
    private func read(
        _ subject: FirmwareMemory.Subject
    ) async throws(QAPIError) -> [Int: HostIndex] {
        guard let bootID = try await bootID() else {
            await process.recordFirmwareFailure(of: subject, wasCutShort: false)
            return [:]
        }
        var indices: [Int: HostIndex] = [:]
        for id in subject.guest {
            guard ContinuousClock.now < end else { throw .timedOut }
            let path = try await session.contents(
                ofFile: FirmwarePath.file(ofProcessor: id), count: FirmwarePath.maximumSize,
                until: deadline)
            guard let index = FirmwarePath.index(path) else {
                await process.recordFirmwareFailure(of: subject, wasCutShort: false)
                return [:]
            }
            indices[id] = index
        }
        await process.recordFirmware(indices, of: subject, bootID: bootID)
        return indices
    }

    private func bootID() async throws(QAPIError) -> BootID? {
        let contents = try await session.contents(
            ofFile: BootID.file, count: BootID.maximumSize, until: deadline)
        guard let boot = BootID(contents) else { return nil }
        await process.recordBoot(boot)
        return boot
    }
}
