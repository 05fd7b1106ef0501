internal import Concurrency
internal import GuestVCPU
internal import SafeText

///
/// The main connection to one host, for its list, its statistics and its events.
///
/// It reconnects whenever the connection is lost.
actor HostConnection {
    private let uri: String
    private let opener: ConnectionOpener
    private let mayWrite: Bool
    private let readsPlugOrder: Bool
    /// Whether to keep the connection for calls to agents after the last listener has gone.
    private let keepsConnection: Bool
    private let lanes: HostLanes
    private let boots: BootCounter
    private let pause: @Sendable (Duration) async throws -> Void

    private var connection: (any LibvirtConnection)?
    /// Receives the events of the connection, its loss included.
    private var lineEvents: AsyncStream<ConnectionEvent>.Continuation?
    private var isReadOnly = false
    /// The guests of the last list by UUID.
    private var guests: [String: Guest] = [:]
    private var ledger = HostLedger()
    /// The host's CPUs; nil where they are not to be read.
    private var node: HostNode?
    private var listing: AsyncStream<SourceListing>.Continuation?
    private var needingRefresh: Set<GuestID> = []
    private var isListing = false
    private var isListOld = false
    private var isReadingHost = false
    private var trouble = HostLanes.Trouble()
    private var status = SourceStatus.pending
    /// Whether the first attempt to connect has succeeded or failed.
    private var hasStatus = false
    private var waitingForStatus: [CheckedContinuation<Void, Never>] = []

    /// How long the first statistics call waits so that a call to an agent can begin before it.
    private static let firstPause = Duration.milliseconds(1)
    /// The deadline for a connection with its first list, and for each later list.
    private let patience: Duration

    init(
        _ opener: ConnectionOpener, mayWrite: Bool, readsPlugOrder: Bool, keepsConnection: Bool,
        readsNode: Bool, lanes: HostLanes, boots: BootCounter, patience: Duration,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        uri = opener.uri
        self.opener = opener
        self.mayWrite = mayWrite
        self.readsPlugOrder = readsPlugOrder
        self.keepsConnection = keepsConnection
        node = readsNode ? HostNode() : nil
        self.lanes = lanes
        self.boots = boots
        self.patience = patience
        self.pause = pause
    }

    // MARK: - The connection

    /// Maintains the connection and the guest list until cancelled, then disconnects.
    func run(_ listing: AsyncStream<SourceListing>.Continuation) async {
        self.listing = listing
        await lanes.onEvent { [weak self] event in
            Task { await self?.handle(event) }
        }
        var backoff = Backoff()
        while !Task.isCancelled {
            do throws(LibvirtError) {
                let (opened, line) = try await connect()
                backoff = Backoff()
                await follow(opened, line)
            } catch {
                await fail(error.message)
            }
            guard !Task.isCancelled else { break }
            try? await pause(backoff.next())
        }
        self.listing = nil
        if keepsConnection, connection?.isAlive == true {
            connection = nil
            await lanes.releaseMain()
        } else {
            await disconnect()
            await lanes.closeIdle()
        }
    }

    /// The event stream of one connection.
    private struct Line {
        let events: AsyncStream<ConnectionEvent>
        let event: AsyncStream<ConnectionEvent>.Continuation
    }

    ///
    /// Connects, however long that takes.
    ///
    /// After `patience` the source is reported as failed, but no second attempt starts before the
    /// first one has ended.
    private func connect() async throws(LibvirtError) -> (OpenedHost, Line) {
        let (events, event) = AsyncStream<ConnectionEvent>.makeStream()
        let (results, result) = AsyncStream<Result<OpenedHost, LibvirtError>>.makeStream()
        let (opener, boots, deadline) = (opener, boots, ContinuousClock.now + patience)
        BlockingCall.start {
            let opened = Result { () throws(LibvirtError) in
                try OpenedHost(opener, until: deadline, boots) { event.yield($0) }
            }
            if case .terminated = result.yield(opened) { try? opened.get().connection.close() }
            result.finish()
        }
        let timer = Task {
            try? await Task.sleep(for: patience, clock: .continuous)
            // Do not disconnect here: there is no connection yet, and one that is made during an
            // `await` would be closed.
            if !Task.isCancelled { publish(.failed("no answer within \(patience.inSeconds)")) }
        }
        defer { timer.cancel() }
        for await result in results {
            return (try result.get(), Line(events: events, event: event))
        }
        throw LibvirtError(code: 0, message: "the connection is not needed any more")
    }

    /// Starts using an open connection, and handles its events until it is lost.
    private func follow(_ opened: OpenedHost, _ line: Line) async {
        connection = opened.connection
        lineEvents = line.event
        isReadOnly = opened.refusal != nil
        await lanes.setObstacle(
            opened.refusal.map {
                AgentError(
                    .denied,
                    "libvirt asks no agent over a read-only connection, and a connection "
                        + "with write access was refused: \($0.message)")
            })
        await lanes.addMain(opened.connection, isReadOnly: isReadOnly)
        await lanes.setDomains(opened.domains)
        apply(opened.domains)
        // Ask all guests at once: nothing could be asked before.
        needingRefresh = Set(guests.values.map(\.id))
        publish(.ok)
        for await event in line.events {
            switch event {
            case .domain(let uuid, let event): handle(event, of: uuid)
            case .closed(let reason):
                await fail(reason)
                return
            }
        }
    }

    /// Ends the event stream if the connection is dead: not every connection reports that itself.
    ///
    /// - Returns: Whether the connection is dead.
    @discardableResult
    private func endDeadLine(_ reason: String = "the connection was lost") -> Bool {
        guard let connection, !connection.isAlive else { return false }
        lineEvents?.yield(.closed(reason))
        return true
    }

    private func disconnect() async {
        connection?.close()
        connection = nil
        lineEvents = nil
        // Changes before the next connection go unnoticed.
        ledger.forget()
        if node != nil { node = HostNode() }
        await lanes.dropMain()
    }

    private func fail(_ reason: String) async {
        await disconnect()
        // Publish before the next `await`: a connection that is made meanwhile must not be reported
        // as failed.
        publish(.failed(reason.printable(limit: 500)))
        await lanes.setObstacle(AgentError(.disconnected, "no connection to libvirt: \(reason)"))
        await lanes.closeIdle()
    }

    // MARK: - The list

    private func handle(_ event: DomainEvent, of uuid: String) {
        if event.renumbers { ledger.renumber(uuid, origin: event.kernelOrigin) }
        if event.needsRefresh, let id = guests[uuid]?.id { needingRefresh.insert(id) }
        if event.changesList {
            refreshList()
        } else if event.needsRefresh {
            publish(status)
        }
    }

    /// Handles an event of the lanes.
    private func handle(_ event: HostLanes.Event) async {
        switch event {
        case .ready(let uuids):
            let ids = uuids.compactMap { guests[$0]?.id }
            guard !ids.isEmpty else { return }
            needingRefresh.formUnion(ids)
        case .trouble:
            let trouble = await lanes.trouble
            guard trouble != self.trouble else { return }
            self.trouble = trouble
        }
        if connection != nil { publish(status) }
    }

    private func apply(_ domains: [Domain]) {
        var found: [String: Guest] = [:]
        for domain in domains { found[domain.uuid] = guest(domain) }
        guests = found
    }

    private func guest(_ domain: Domain) -> Guest {
        let reader = LibvirtGuest(uuid: domain.uuid, lanes: lanes, boots: boots)
        return Guest(
            id: GuestID(source: .libvirt(uri: uri), name: domain.name, uuid: domain.uuid),
            reader: reader,
            writer: mayWrite && !isReadOnly ? LibvirtGuestWriter(guest: reader) : nil)
    }

    private func publish(_ status: SourceStatus) {
        self.status = status
        let guests = guests.values.sorted {
            ($0.id.name, $0.id.uuid ?? "") < ($1.id.name, $1.id.uuid ?? "")
        }
        listing?.yield(
            SourceListing(
                status: status, guests: guests, needingRefresh: needingRefresh,
                note: trouble.note))
        needingRefresh = []
        hasStatus = true
        resumeWaiting()
    }

    /// Reads the list again; events that arrive meanwhile cause one more reading together.
    private func refreshList() {
        isListOld = true
        guard !isListing else { return }
        isListing = true
        Task {
            defer { isListing = false }
            var backoff = Backoff()
            while isListOld, let current = connection, !endDeadLine() {
                isListOld = false
                let domains: [Domain]
                do throws(LaneError) {
                    domains = try await lanes.call(.host, timeout: patience) {
                        connection throws(LibvirtError) in
                        try connection.activeDomains()
                    }
                } catch {
                    guard connection === current else { continue }
                    switch error {
                    case .noAnswer, .refused, .held, .noConnection:
                        let silent = SourceStatus.failed("no answer within \(patience.inSeconds)")
                        if status != silent { publish(silent) }
                        try? await pause(backoff.next())
                        isListOld = true
                    case .failed(let error, _): endDeadLine(error.message)
                    case .obstacle: break
                    }
                    continue
                }
                guard connection === current else { continue }
                await lanes.setDomains(domains)
                guard connection === current else { continue }
                apply(domains)
                publish(.ok)
            }
        }
    }

    // MARK: - The host's side

    /// Reads the statistics of all guests in one round trip, and on request the plug order of
    /// guests whose vCPUs are new or have changed.
    ///
    /// During the first attempt to connect it waits until that has ended.
    func readHost(timeout: Duration) async -> [GuestID: HostObservation] {
        let deadline = ContinuousClock.now + timeout
        if !hasStatus {
            await waitForStatus(until: deadline)
            // Let a call to an agent go first: its answer allows more connections.
            try? await Task.sleep(for: Self.firstPause, clock: .continuous)
        }
        guard let current = connection, !endDeadLine(), !isReadingHost else { return [:] }
        isReadingHost = true
        defer { isReadingHost = false }
        guard let sample = await sample(timeout: timeout), connection === current else {
            return [:]
        }
        node = sample.node
        let observations = ledger.record(
            sample.statistics, orders: sample.orders, pins: sample.pins, readAt: sample.readAt)
        // Drivers without lifecycle events: compare lists to find changes.
        if Set(observations.keys) != Set(guests.keys) { refreshList() }
        var known: [GuestID: HostObservation] = [:]
        for (uuid, guest) in guests { known[guest.id] = observations[uuid] }
        return known
    }

    /// The host's CPUs at the last reading of the statistics; nil where they are not known.
    var physicalHost: PhysicalHostReading? { node?.reading }

    /// Reads the statistics; nil when the host does not answer.
    ///
    /// One hung QEMU can hold up the call for all guests. A second call succeeds, since libvirt
    /// leaves out guests that are busy when the call begins.
    private func sample(timeout: Duration) async -> HostSample? {
        let (ledger, node, patience) = (ledger, node, readsPlugOrder ? timeout / 2 : .zero)
        for _ in 1...2 {
            do throws(LaneError) {
                return try await lanes.call(.host, timeout: timeout) {
                    connection throws(LibvirtError) in
                    try HostSample(connection, ledger, patience: patience, node: node)
                }
            } catch {
                switch error {
                case .noAnswer: continue
                case .failed(let error, _), .noConnection(let error): endDeadLine(error.message)
                case .refused, .held, .obstacle: break
                }
                return nil
            }
        }
        return nil
    }

    private func waitForStatus(until deadline: ContinuousClock.Instant) async {
        let timer = Task {
            try? await Task.sleep(until: deadline, clock: .continuous)
            if !Task.isCancelled { resumeWaiting() }
        }
        await withCheckedContinuation { waitingForStatus.append($0) }
        timer.cancel()
    }

    private func resumeWaiting() {
        for waiter in waitingForStatus { waiter.resume() }
        waitingForStatus = []
    }
}
