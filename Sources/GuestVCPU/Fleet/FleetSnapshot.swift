/// Everything that is known of all guests, at one moment.
public struct FleetSnapshot: Hashable, Sendable {
    /// When it was put together.
    public let takenAt: ContinuousClock.Instant
    /// The sources, in the order that they were given.
    public let sources: [SourceState]
    /// The guests, in the order of their sources; no id twice.
    public let guests: [GuestState]
    /// The machines that run the guests, in the order of the sources; those of which something is
    /// known.
    public let hosts: [PhysicalHost]

    /// Creates a snapshot.
    public init(
        takenAt: ContinuousClock.Instant, sources: [SourceState], guests: [GuestState],
        hosts: [PhysicalHost] = []
    ) {
        self.takenAt = takenAt
        self.sources = sources
        self.guests = guests
        self.hosts = hosts
    }
}
