/// The changes of the fleet since the previous update.
public struct FleetUpdate: Hashable, Sendable {
    /// When the update was made.
    public let takenAt: ContinuousClock.Instant
    /// The sources, in the order that they were given; nil where none has changed.
    public let sources: [SourceState]?
    /// The ids of all guests, in the order of their sources, no id twice; nil where the fleet has
    /// the same guests in the same order as before.
    public let order: [GuestID]?
    /// The guests that are new or have changed, no id twice.
    public let guests: [GuestState]
    /// The machines that run guests, where they are new or have changed, no id twice.
    public let hosts: [PhysicalHost]

    /// Creates an update.
    public init(
        takenAt: ContinuousClock.Instant, sources: [SourceState]?, order: [GuestID]?,
        guests: [GuestState], hosts: [PhysicalHost] = []
    ) {
        self.takenAt = takenAt
        self.sources = sources
        self.order = order
        self.guests = guests
        self.hosts = hosts
    }

    /// Creates the update that turns any fleet into a snapshot's.
    public init(_ snapshot: FleetSnapshot) {
        self.init(
            takenAt: snapshot.takenAt, sources: snapshot.sources,
            order: snapshot.guests.map(\.id), guests: snapshot.guests, hosts: snapshot.hosts)
    }
}
