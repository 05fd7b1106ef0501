internal import GuestVCPU

/// The state of a host's domains between two samples of their statistics.
struct HostLedger {
    private var entries: [String: Entry] = [:]
    private var lastIncarnation: UInt64 = 0
    /// Where the kernels of domains began, as far as it is known.
    private var origins: [String: KernelOrigin] = [:]

    fileprivate struct Entry {
        var incarnation: UInt64
        var plugs = PlugHistory()
        /// Whether all vCPUs have been there since the machine began.
        var isOriginal = false
        /// What was plugged when the order was last asked for; nil when it is to be asked for.
        var plugged: Set<HostIndex>?
    }

    /// Forgets the numbers of a domain's vCPUs: it was reset, restarted or moved.
    ///
    /// - Parameter origin: Where the kernel that runs from now on began; nil where nothing runs.
    mutating func renumber(_ uuid: String, origin: KernelOrigin? = nil) {
        entries[uuid] = nil
        origins[uuid] = origin
    }

    /// Forgets all: events may have been missed.
    mutating func forget() {
        entries = [:]
        origins = [:]
    }

    /// The domains whose order of plugging is to be read: those that are new here, and those whose
    /// vCPUs are not those of the last sample.
    func unordered(_ statistics: [DomainStatistics]) -> [DomainStatistics] {
        statistics.filter { !$0.vcpus.isEmpty && entries[$0.uuid]?.plugged != $0.plugged }
    }

    /// Records a sample, and makes an observation of each domain.
    ///
    /// - Parameter orders: The orders of plugging that were read for it, by UUID; nil where a
    ///   domain does not tell.
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
            // A reset in a machine that was restored is known by its event alone, so that goes first.
            if origins[domain.uuid] == nil { origins[domain.uuid] = domain.kernelOrigin }
            // The numbers of vCPUs that were never plugged are those of the boot, wherever that was.
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
        // An order that was read for other vCPUs says nothing of these.
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
