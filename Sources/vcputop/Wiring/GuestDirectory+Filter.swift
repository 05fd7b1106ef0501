internal import Dashboard
internal import GuestVCPU
internal import Monitoring
internal import Synchronization

extension GuestDirectory {
    /// Reads all guests once, and picks those that a filter lets through.
    ///
    /// - Returns: All guests, and which of them are picked.
    static func read(
        _ sources: [any GuestSource], selecting query: FleetQuery, pace: PollPace
    ) async -> (GuestDirectory, [GuestID]) {
        let known = KnownGuests()
        let interval = pace.host
        var pace = pace
        // The measurement asks the hosts itself, when it is due.
        if query.needsLoad { pace.host = .seconds(86_400) }
        let fleet = FleetMonitor(
            sources: sources.map { RecordingSource(source: $0, known: known) }, pace: pace,
            readsPhysicalHosts: query.needs.contains(.hostCPUs))
        await fleet.start()
        let snapshot =
            query.needsLoad
            ? await fleet.measured(
                over: interval, findsContradictions: query.needs.contains(.contradictions))
            : await fleet.settled()
        await fleet.stop()
        var query = query
        let selected = query.select(snapshot).map(\.id)
        var directory = GuestDirectory()
        directory.guests = known.all
        for source in snapshot.sources {
            directory.leftOut += source.leftOut
            if case .failed(let reason) = source.status {
                directory.failures.append("cannot reach '\(source.name)': \(reason)")
            }
        }
        directory.failures.sort()
        return (directory, selected)
    }
}
