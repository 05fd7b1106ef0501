/// What the host knows of a guest.
public struct HostObservation: Hashable, Sendable {
    /// What the machine as a whole is doing.
    public package(set) var state: RunState
    /// Its vCPUs; nil where the host cannot see them.
    public package(set) var reading: HostReading?
    /// Why less is known than was asked for, printable; nil where nothing is in the way.
    public package(set) var note: String?

    /// Creates an observation.
    public init(state: RunState, reading: HostReading?, note: String? = nil) {
        self.state = state
        self.reading = reading
        self.note = note
    }
}
