internal import GuestVCPU

/// One reading of a host's statistics.
///
/// Its initializer blocks.
struct HostSample {
    let statistics: [DomainStatistics]
    let readAt: ContinuousClock.Instant
    private(set) var orders: [String: DomainPlugOrder?] = [:]
    private(set) var pins: [String: DomainPins] = [:]
    /// The host's CPUs; nil where they are not to be read.
    private(set) var node: HostNode?

    /// - Parameters:
    ///   - patience: How long to read descriptions; the rest is read the next time.
    ///   - node: What is known of the host's CPUs, where they are to be read. Then the pins of the
    ///     domains are kept up to date as well: nothing else tells them.
    init(
        _ connection: any LibvirtConnection, _ ledger: HostLedger, patience: Duration,
        node: HostNode? = nil
    ) throws(LibvirtError) {
        let end = ContinuousClock.now + patience
        statistics = try connection.statistics()
        readAt = .now
        self.node = node
        self.node?.read(connection)
        for domain in ledger.unordered(statistics) where .now < end {
            let description = Self.description(connection, domain)
            orders[domain.uuid] = .some(DomainPlugOrder(description, plugged: domain.plugged))
            pins[domain.uuid] = description?.pins
        }
        if node != nil, let domain = ledger.stalest(statistics, at: .now), .now < end {
            pins[domain.uuid] = Self.description(connection, domain)?.pins
        }
    }

    private static func description(
        _ connection: any LibvirtConnection, _ domain: DomainStatistics
    ) -> DomainDescription? {
        (try? connection.description(of: domain.uuid)).flatMap { DomainDescription($0.utf8) }
    }
}
