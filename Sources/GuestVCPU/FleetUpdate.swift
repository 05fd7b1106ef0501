/// What has changed in the fleet since the update before.
public struct FleetUpdate: Hashable, Sendable {
    /// When it was made.
    public let takenAt: ContinuousClock.Instant
    /// The sources, in the order that they were given; nil where they are as before.
    public let sources: [SourceState]?
    /// The ids of all guests, in the order of their sources, no id twice; nil where the fleet has
    /// the same guests in the same order as before.
    public let order: [GuestID]?
    /// The guests that have changed or are new, no id twice.
    public let guests: [GuestState]

    /// Creates an update.
    public init(
        takenAt: ContinuousClock.Instant, sources: [SourceState]?, order: [GuestID]?,
        guests: [GuestState]
    ) {
        self.takenAt = takenAt
        self.sources = sources
        self.order = order
        self.guests = guests
    }

    /// Creates the update that makes a fleet what a snapshot says.
    public init(_ snapshot: FleetSnapshot) {
        self.init(
            takenAt: snapshot.takenAt, sources: snapshot.sources,
            order: snapshot.guests.map(\.id), guests: snapshot.guests)
    }
}
