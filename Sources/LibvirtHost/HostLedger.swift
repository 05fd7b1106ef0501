internal import GuestVCPU

/// The state of a host's domains between two samples of their statistics.
struct HostLedger {
    private var entries: [String: Entry] = [:]
    private var lastIncarnation: UInt64 = 0
    /// Where the kernels of domains started, as far as known.
    private var origins: [String: KernelOrigin] = [:]

    fileprivate struct Entry {
        var incarnation: UInt64
        var plugs = PlugHistory()
        /// Whether all vCPUs have been there since the machine started.
        var isOriginal = false
        /// The plugged vCPUs when the plug order was read last; nil when it must be read.
        var plugged: Set<HostIndex>?
        var pins: DomainPins?
        /// When the pins were read last.
        var pinsReadAt: ContinuousClock.Instant?
    }

    /// How long pins hold.
    private static let validityOfPins = Duration.seconds(10)

    /// Forgets what is known of a domain's vCPU numbers: it was reset, restarted or moved.
    ///
    /// - Parameter origin: Where the new kernel started; nil when nothing runs.
    mutating func renumber(_ uuid: String, origin: KernelOrigin? = nil) {
        entries[uuid] = nil
        origins[uuid] = origin
    }

    /// Forgets everything: events may have been missed.
    mutating func forget() {
        entries = [:]
        origins = [:]
    }

    /// The domains whose plug order must be read: new ones, and those whose vCPUs have changed
    /// since the last sample.
    func unordered(_ statistics: [DomainStatistics]) -> [DomainStatistics] {
        statistics.filter { !$0.vcpus.isEmpty && entries[$0.uuid]?.plugged != $0.plugged }
    }

    /// The domain whose pins have to be read again; nil where all are recent.
    ///
    /// One at a time, so that many domains do not make a reading slow.
    func stalest(
        _ statistics: [DomainStatistics], at now: ContinuousClock.Instant
    ) -> DomainStatistics? {
        let known = statistics.compactMap { domain in
            entries[domain.uuid]?.pinsReadAt.map { (domain: domain, readAt: $0) }
        }
        return known.filter { $0.readAt + Self.validityOfPins <= now }
            .min { $0.readAt < $1.readAt }?.domain
    }

    /// Records a sample and returns an observation of each domain.
    ///
    /// - Parameters:
    ///   - orders: The plug orders that were read for this sample, by UUID; nil for a domain
    ///     without one.
    ///   - pins: The pins that were read for this sample, by UUID.
    mutating func record(
        _ statistics: [DomainStatistics], orders: [String: DomainPlugOrder?],
        pins: [String: DomainPins] = [:], readAt: ContinuousClock.Instant
    ) -> [String: HostObservation] {
        var observations: [String: HostObservation] = [:]
        var kept: [String: Entry] = [:]
        for domain in statistics {
            var entry = entries[domain.uuid] ?? newEntry()
            if let order = orders[domain.uuid] {
                entry.plugs.record(order?.indices)
                entry.isOriginal = order?.isOriginal ?? false
                entry.plugged = domain.plugged
            }
            if let pins = pins[domain.uuid] { (entry.pins, entry.pinsReadAt) = (pins, readAt) }
            kept[domain.uuid] = entry
            // Prefer the event's origin: only an event reports a reset in a restored machine.
            if origins[domain.uuid] == nil { origins[domain.uuid] = domain.kernelOrigin }
            // vCPUs that were never plugged keep the numbers of the boot, wherever that was.
            let isOriginal = entry.plugged == domain.plugged && entry.isOriginal
            let isRestored = isOriginal ? false : origins[domain.uuid].map { $0 == .elsewhere }
            let reading =
                domain.vcpus.isEmpty ? nil : HostReading(domain, entry, readAt, isRestored)
            observations[domain.uuid] = HostObservation(state: domain.state, reading: reading)
        }
        entries = kept
        origins = origins.filter { kept[$0.key] != nil }
        return observations
    }

    private mutating func newEntry() -> Entry {
        lastIncarnation += 1
        return Entry(incarnation: lastIncarnation)
    }
}

extension HostReading {
    fileprivate init(
        _ domain: DomainStatistics, _ entry: HostLedger.Entry, _ readAt: ContinuousClock.Instant,
        _ isRestored: Bool?
    ) {
        var places: [HostIndex: Int] = [:]
        // Ignore an order that was read for other vCPUs.
        let isOrderKnown = entry.plugged == domain.plugged
        if isOrderKnown, let order = entry.plugs.order {
            for (place, index) in order.enumerated() { places[index] = place + 1 }
        }
        self.init(
            vcpus: domain.vcpus.sorted { $0.key < $1.key }.map { index, vcpu in
                HostVCPU(
                    index: index, timeNanoseconds: vcpu.timeNanoseconds,
                    waitNanoseconds: vcpu.delayNanoseconds,
                    affinity: entry.pins?.affinity(of: index), state: vcpu.hostState,
                    plugOrder: places[index])
            },
            current: domain.current, maximum: domain.maximum, readAt: readAt,
            incarnation: entry.incarnation,
            isPlugOrderWatched: isOrderKnown && entry.plugs.isWatched, isRestored: isRestored)
    }
}
