/// Where guests come from: a libvirt connection, an agent socket, the simulated fleet.
public protocol GuestSource: Sendable {
    /// Which source.
    var id: SourceID { get }

    /// The whole list of guests, at once and again whenever it changes; ends with the source.
    func listings() -> AsyncStream<SourceListing>

    /// Reads what the host knows, for all guests of the source in one pass.
    ///
    /// - Parameter timeout: How long to wait; a guest that was not read by then is left out.
    /// - Returns: What was learned; a guest that nothing is known of is left out.
    func readHost(timeout: Duration) async -> [GuestID: HostObservation]

    /// Which machine runs the guests; nil where the source cannot read that machine's CPUs.
    var hostID: HostID? { get }

    /// Reads the CPUs of the machine that runs the guests.
    ///
    /// It must return soon, whatever the guests and a remote machine do: what was read by the last
    /// `readHost(timeout:)` will do.
    ///
    /// - Returns: Nil where nothing is known.
    func readPhysicalHost() async -> PhysicalHostReading?
}

extension GuestSource {
    /// The name that errors, rows and JSON use.
    public var name: String { id.name }

    /// Nil: the source cannot read the CPUs of the machine.
    public var hostID: HostID? { nil }

    /// Nil: the source cannot read the CPUs of the machine.
    public func readPhysicalHost() async -> PhysicalHostReading? { nil }
}
