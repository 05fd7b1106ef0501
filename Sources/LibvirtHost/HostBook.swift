internal import GuestVCPU

/// What has to be remembered of a host's domains between two looks at their statistics.
struct HostBook {
    private var pages: [String: Page] = [:]
    private var lastIncarnation: UInt64 = 0
    /// Where the kernels of domains began, as far as that was heard of.
    private var origins: [String: KernelOrigin] = [:]

    fileprivate struct Page {
        var incarnation: UInt64
        var plugs = PlugHistory()
        /// Whether all vCPUs have been there since the machine began.
        var isOriginal = false
        /// What was plugged when the order was last asked for; nil when it is to be asked for.
        var plugged: CPUMap?
    }

    /// Forgets what a domain's vCPUs were called: it was reset, or runs anew or elsewhere.
    ///
    /// - Parameter origin: Where the kernel that runs from now on began; nil where nothing runs.
    mutating func renumber(_ uuid: String, origin: KernelOrigin? = nil) {
        pages[uuid] = nil
        origins[uuid] = origin
    }

    /// Forgets all: for a while nobody watched.
    mutating func forget() {
        pages = [:]
        origins = [:]
    }

    /// The domains whose order of plugging is to be read: those that are new here, and those whose
    /// vCPUs are not those of the last look.
    func unordered(_ statistics: [DomainStatistics]) -> [DomainStatistics] {
        statistics.filter { !$0.vcpus.isEmpty && pages[$0.uuid]?.plugged != $0.plugged }
    }

    /// Takes in a look, and says what it tells of each domain.
    ///
    /// - Parameter orders: The orders of plugging that were read for it, by UUID; nil where a
    ///   domain does not tell.
    mutating func take(
        _ statistics: [DomainStatistics], orders: [String: DomainPlugOrder?],
        readAt: ContinuousClock.Instant
    ) -> [String: HostObservation] {
        var observations: [String: HostObservation] = [:]
        var kept: [String: Page] = [:]
        for domain in statistics {
            var page = pages[domain.uuid] ?? newPage()
            if let order = orders[domain.uuid] {
                page.plugs.take(order?.ids)
                page.isOriginal = order?.isOriginal ?? false
                page.plugged = domain.plugged
            }
            kept[domain.uuid] = page
            // A reset in a machine that was restored is known by its event alone, so that goes first.
            if origins[domain.uuid] == nil { origins[domain.uuid] = domain.kernelOrigin }
            // The numbers of vCPUs that were never plugged are those of the boot, wherever that was.
            let isOriginal = page.plugged == domain.plugged && page.isOriginal
            let isRestored = isOriginal ? false : origins[domain.uuid].map { $0 == .elsewhere }
            let reading =
                domain.vcpus.isEmpty ? nil : HostReading(domain, page, readAt, isRestored)
            observations[domain.uuid] = HostObservation(state: domain.state, reading: reading)
        }
        pages = kept
        origins = origins.filter { kept[$0.key] != nil }
        return observations
    }

    private mutating func newPage() -> Page {
        lastIncarnation += 1
        return Page(incarnation: lastIncarnation)
    }
}

extension HostReading {
    fileprivate init(
        _ domain: DomainStatistics, _ page: HostBook.Page, _ readAt: ContinuousClock.Instant,
        _ isRestored: Bool?
    ) {
        var places: [Int: Int] = [:]
        // An order that was read for other vCPUs says nothing of these.
        let isOrderKnown = page.plugged == domain.plugged
        if isOrderKnown, let order = page.plugs.order {
            for (place, id) in order.enumerated() { places[id] = place + 1 }
        }
        self.init(
            vcpus: domain.vcpus.sorted { $0.key < $1.key }.map { id, vcpu in
                HostVCPU(
                    id: id, timeNanoseconds: vcpu.timeNanoseconds,
                    waitNanoseconds: vcpu.delayNanoseconds, state: vcpu.hostState,
                    plugOrder: places[id])
            },
            current: domain.current, maximum: domain.maximum, readAt: readAt,
            incarnation: page.incarnation,
            isPlugOrderWatched: isOrderKnown && page.plugs.isWatched, isRestored: isRestored)
    }
}
