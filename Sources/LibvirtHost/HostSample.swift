internal import GuestVCPU

/// One reading of a host's statistics.
///
/// Its initializer blocks.
struct HostSample {
    let statistics: [DomainStatistics]
    let readAt: ContinuousClock.Instant
    private(set) var orders: [String: DomainPlugOrder?] = [:]

    /// - Parameter patience: How long to read descriptions; the rest is read the next time.
    init(
        _ connection: any LibvirtConnection, _ ledger: HostLedger, patience: Duration
    ) throws(LibvirtError) {
        let end = ContinuousClock.now + patience
        statistics = try connection.statistics()
        readAt = .now
        for domain in ledger.unordered(statistics) where .now < end {
            let description = try? connection.description(of: domain.uuid)
            orders[domain.uuid] = .some(
                DomainPlugOrder(
                    description.flatMap { DomainDescription($0.utf8) }, plugged: domain.plugged))
        }
    }
}
