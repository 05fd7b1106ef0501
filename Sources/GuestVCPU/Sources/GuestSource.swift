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
}

extension GuestSource {
    /// The name that errors, rows and JSON use.
    public var name: String { id.name }
}
