package import GuestVCPU

/// Judges what the sample fleet's snapshots tell one after the other, as the monitor does.
package struct SampleMonitor: Sendable {
    private var judgements: [GuestID: GuestJudgement] = [:]

    package init() {}

    /// The snapshot with its guests' judgements.
    package mutating func judge(_ snapshot: FleetSnapshot) -> FleetSnapshot {
        var guests = snapshot.guests
        for index in guests.indices {
            let guest = guests[index]
            var judgement = judgements[guest.id] ?? GuestJudgement()
            judgement.update(runState: guest.runState, guest: guest.vcpus, host: guest.host)
            judgements[guest.id] = judgement
            guests[index].judgement = judgement
        }
        return FleetSnapshot(
            takenAt: snapshot.takenAt, sources: snapshot.sources, guests: guests,
            hosts: snapshot.hosts)
    }
}
