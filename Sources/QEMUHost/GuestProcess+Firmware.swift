internal import GuestVCPU

extension GuestProcess {
    /// The next step to learn the pairing from the firmware.
    ///
    /// - Parameter deadline: Latest instant to wait for QMP, where QMP has to be asked.
    /// - Returns: Nil where the host's vCPUs are not known, so that there is nothing to pair.
    func firmwareStep(
        for vcpus: CPUMap, until deadline: ContinuousClock.Instant
    ) async -> (FirmwareMemory.Subject, FirmwareMemory.Step)? {
        let host = await readThreads { await askQMP(whenDueUntil: deadline) }
        guard let process, let host else { return nil }
        let subject = FirmwareMemory.Subject(
            process: process, guest: vcpus, host: host.vcpus.map(\.index), incarnation: incarnation)
        let isInferable = Pairing.infer(guest: vcpus, host: host)
            .isComplete(for: host.vcpus.count)
        return (subject, firmware.step(for: subject, isInferable: isInferable, now: now()))
    }

    /// The same subject in the present incarnation.
    func renewed(_ subject: FirmwareMemory.Subject) -> FirmwareMemory.Subject {
        FirmwareMemory.Subject(
            process: subject.process, guest: subject.guest, host: subject.host,
            incarnation: incarnation)
    }

    /// Records what the firmware says.
    func recordFirmware(
        _ indices: [Int: HostIndex], of subject: FirmwareMemory.Subject, bootID: BootID
    ) {
        firmware.record(indices, of: subject, bootID: bootID)
    }

    /// Records that reading the firmware failed.
    func recordFirmwareFailure(of subject: FirmwareMemory.Subject, wasCutShort: Bool) {
        firmware.recordFailure(of: subject, wasCutShort: wasCutShort, now: now())
    }
}
