internal import GuestVCPU
internal import Monitoring
internal import QEMUHost

/// Finds out what keeps guests from being read, and changes nothing.
struct Doctor: Sendable {
    let fleet: FleetMonitor

    /// How many guests are looked at together.
    private static let lanes = 16

    /// Diagnoses guests by their last readings, several together.
    ///
    /// - Returns: The diagnoses in the order of the guests; none of a guest that went away.
    func diagnoses(of guests: [GuestID]) async -> [Diagnosis] {
        var found: [Int: Diagnosis] = [:]
        await withTaskGroup(of: (Int, Diagnosis?).self) { group in
            for (place, id) in guests.enumerated() {
                if place >= Self.lanes, let (place, diagnosis) = await group.next() {
                    found[place] = diagnosis
                }
                group.addTask {
                    (place, await diagnosis(of: fleet.examined(id)))
                }
            }
            for await (place, diagnosis) in group { found[place] = diagnosis }
        }
        return guests.indices.compactMap { found[$0] }
    }

    /// Reads one guest again, and diagnoses it.
    ///
    /// - Returns: Nil where no source lists it.
    func diagnosis(ofFresh id: GuestID) async -> Diagnosis? {
        await diagnosis(of: fleet.examinedAfresh(id))
    }

    private func diagnosis(of guest: FleetMonitor.Examined?) async -> Diagnosis? {
        guard let guest else { return nil }
        var error: AgentError?
        if case .failed(let reason) = guest.state.agent { error = reason }
        let clues = await guest.examiner?.clues(about: error, timeout: guest.timeout)
        return Diagnosis(
            DiagnosisFacts(
                state: guest.state, clues: clues ?? GuestClues(),
                daemon: await Self.daemon(of: guest.state.id.source),
                user: ProcessUser.current.name))
    }

    /// Diagnoses a source that does not answer.
    ///
    /// - Parameter guest: The guest that was asked for; nil where none was.
    static func diagnosis(of source: SourceID, reason: String, guest: String?) async -> Diagnosis {
        Diagnosis(
            guest: guest, failed: source, reason: reason, daemon: await daemon(of: source),
            user: ProcessUser.current.name)
    }

    /// The access to the socket of the daemon that a connection is served by on this host.
    private static func daemon(of source: SourceID) async -> SocketAccess? {
        guard case .libvirt(let uri) = source else { return nil }
        var last: SocketAccess?
        for path in LibvirtSources.daemonSockets(of: uri) {
            let access = await SocketAccess.look(at: path)
            guard case .missing = access.state else { return access }
            last = last ?? access
        }
        return last
    }
}
