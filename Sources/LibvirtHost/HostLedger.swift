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
    }

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

    /// Records a sample and returns an observation of each domain.
    ///
    /// - Parameter orders: The plug orders that were read for this sample, by UUID; nil for a
    ///   domain without one.
    mutating func record(
        _ statistics: [DomainStatistics], orders: [String: DomainPlugOrder?],
        readAt: ContinuousClock.Instant
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
                    waitNanoseconds: vcpu.delayNanoseconds, state: vcpu.hostState,
                    plugOrder: places[index])
            },
            current: domain.current, maximum: domain.maximum, readAt: readAt,
            incarnation: entry.incarnation,
            isPlugOrderWatched: isOrderKnown && entry.plugs.isWatched, isRestored: isRestored)
    }
}
