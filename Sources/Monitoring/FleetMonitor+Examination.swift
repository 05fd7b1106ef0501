package import GuestVCPU

extension FleetMonitor {
    /// A guest with its last reading.
    package struct Examined: Sendable {
        /// The guest as it was read last.
        package let state: GuestState
        /// Looks for the cause of its condition; nil where nothing on this host can.
        package let examiner: (any GuestExaminer)?
        /// How long its agent may take to answer.
        package let timeout: Duration
    }

    /// How often to look whether a requested reading has begun.
    private static let examinationPause = Duration.milliseconds(200)

    /// A guest as it was read last.
    ///
    /// - Returns: Nil where no source lists it.
    package func examined(_ id: GuestID) -> Examined? {
        guard let member = members[id] else { return nil }
        return Examined(
            state: member.state, examiner: member.guest.reader as? any GuestExaminer,
            timeout: pace.timeout)
    }

    /// Reads a guest again, with its boot, and returns it.
    ///
    /// - Returns: Nil where no source lists it, also where it went away meanwhile.
    package func examinedAfresh(_ id: GuestID) async -> Examined? {
        guard let member = members[id] else { return nil }
        member.needsBoot = true
        requestReading(of: member)
        while isRunning, member.isListed, member.isRequested || member.read != nil {
            if let read = member.read {
                await read.value
            } else {
                // A change of the guest runs first, or there is no room yet.
                try? await clock.sleep(for: Self.examinationPause)
            }
        }
        return examined(id)
    }
}
