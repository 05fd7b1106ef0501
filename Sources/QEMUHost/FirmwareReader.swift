internal import GuestVCPU
internal import QAPI

/// Reads the pairing from a guest's firmware, over a connection on which the agent has just
/// answered.
///
/// It never fails a reading and never delays it past the deadline: without an answer in time, the
/// indices are not known.
struct FirmwareReader {
    let session: AgentSession
    let process: GuestProcess
    /// Latest instant to wait for the agent.
    let deadline: ContinuousClock.Instant
    /// Latest instant to open another file, and to wait for QMP.
    ///
    /// Reading and closing an open file may take until the deadline: a file that is not closed
    /// stays open in the guest.
    let end: ContinuousClock.Instant

    /// The commands that the agent must have, enabled.
    static let commands = ["guest-file-open", "guest-file-read", "guest-file-close"]

    /// The indices that the guest's firmware gives, by the guest's numbers; empty where they are
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

    /// Reads the indices of all vCPUs, or returns none.
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
