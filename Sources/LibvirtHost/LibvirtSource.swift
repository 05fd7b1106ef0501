package import GuestVCPU

/// The guests of one libvirt connection (`--connect URI`).
package struct LibvirtSource: GuestSource {
    /// The connection, by its URI as it was given.
    package let id: SourceID

    private let host: HostConnection
    private let readsHostCPUs: Bool

    /// Creates a source; nothing is connected to yet.
    ///
    /// - Parameters:
    ///   - uri: Any URI that libvirt supports.
    ///   - isReadOnly: Whether the guests have no writer. Their agents are asked all the same,
    ///     which takes a connection with write access; without one, only the host's side is read.
    ///   - followsEvents: Whether the host's events keep the list of guests up to date. A program
    ///     that reads once needs none.
    ///   - countsBoots: Whether the host's events report reboots even if `followsEvents` is false:
    ///     a reboot must not pass for the result of a change.
    ///   - readsPlugOrder: Whether to read the order in which vCPUs were plugged, which pairing
    ///     needs. It takes a call for each guest.
    ///   - readsHostCPUs: Whether to read the host's CPUs with the statistics, which is only needed
    ///     where that is another machine.
    ///   - openingPatience: The deadline for opening a connection and listing the guests.
    ///   - recorder: Records the calls to libvirt.
    package init(
        uri: String, isReadOnly: Bool = false, followsEvents: Bool = true,
        countsBoots: Bool = false, readsPlugOrder: Bool = true, readsHostCPUs: Bool = false,
        openingPatience: Duration = .seconds(10), recorder: WireRecorder? = nil
    ) {
        let memory = RuntimeFile.standardFolder.map { folder in
            HungGuests(uri: uri, folder: folder) { HungGuests.localDaemon(of: uri) }
        }
        let library = LibraryDriver(hasEvents: followsEvents || countsBoots)
        let driver: any LibvirtDriver =
            recorder.map { RecordedDriver(library, $0.recorder(source: .libvirt(uri: uri))) }
            ?? library
        self.init(
            uri: uri, isReadOnly: isReadOnly, followsEvents: followsEvents,
            countsBoots: countsBoots, readsPlugOrder: readsPlugOrder,
            readsHostCPUs: readsHostCPUs, driver: driver,
            patience: openingPatience, memory: memory
        ) { duration in
            try await Task.sleep(for: duration, clock: .continuous)
        }
    }

    init(
        uri: String, isReadOnly: Bool, followsEvents: Bool = true, countsBoots: Bool = false,
        readsPlugOrder: Bool = true, readsHostCPUs: Bool = false, driver: any LibvirtDriver,
        patience: Duration = .seconds(10),
        memory: HungGuests? = nil,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        id = .libvirt(uri: uri)
        self.readsHostCPUs = readsHostCPUs
        let opener = ConnectionOpener(uri, driver)
        var lanePatience = HostLanes.Patience(opener)
        lanePatience.opening = patience
        lanePatience.leavesOut = followsEvents
        let lanes = HostLanes(opener, patience: lanePatience, memory: memory)
        host = HostConnection(
            opener, mayWrite: !isReadOnly, readsPlugOrder: readsPlugOrder,
            keepsConnection: !followsEvents, readsNode: readsHostCPUs, lanes: lanes,
            boots: BootCounter(isWatching: followsEvents || countsBoots), patience: patience,
            pause: pause)
    }

    /// The active domains by name, now and after each event that changes the list.
    ///
    /// The source connects when a listener arrives, reconnects with exponential back-off, and
    /// disconnects with its last listener. Its guests can still be asked afterwards.
    package func listings() -> AsyncStream<SourceListing> {
        AsyncStream { continuation in
            let task = Task {
                await host.run(continuation)
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Reads libvirt's statistics of all active domains; returns nothing while there is no
    /// connection.
    package func readHost(timeout: Duration) async -> [GuestID: HostObservation] {
        await host.readHost(timeout: timeout)
    }

    /// The machine of the connection, whatever it is called.
    package var hostID: HostID? { readsHostCPUs ? .source(id) : nil }

    /// The CPUs as they were when the statistics were read last.
    package func readPhysicalHost() async -> PhysicalHostReading? { await host.physicalHost }
}
