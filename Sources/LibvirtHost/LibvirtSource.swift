package import GuestVCPU

/// The guests of one libvirt connection (`--connect URI`).
package struct LibvirtSource: GuestSource {
    /// The connection, by its URI as it was given.
    package let id: SourceID

    private let host: HostConnection

    /// Creates a source; nothing is connected to yet.
    ///
    /// - Parameters:
    ///   - uri: Any that libvirt knows.
    ///   - isReadOnly: Whether there is to be no way to change the guests. Their agents are asked
    ///     all the same, for which libvirt wants a connection that may write; where there is none
    ///     to be had, the host's side is still shown.
    ///   - followsEvents: Whether the list of guests is to be kept right by the host's events. Who
    ///     reads once and ends can do without.
    ///   - countsBoots: Whether reboots are noticed by the host's events even where the list does
    ///     not follow them: for changes, which a reboot must not be taken for a part of.
    ///   - tellsPlugOrder: Whether the host's side is to have the order in which vCPUs were plugged,
    ///     without which they cannot be paired with the guest's. It takes a call for each guest.
    ///   - openingPatience: How long a connection may take to open, with the list of guests.
    ///   - recorder: Records the calls of libvirt.
    package init(
        uri: String, isReadOnly: Bool = false, followsEvents: Bool = true,
        countsBoots: Bool = false, tellsPlugOrder: Bool = true,
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
            countsBoots: countsBoots, tellsPlugOrder: tellsPlugOrder, driver: driver,
            patience: openingPatience, memory: memory
        ) { duration in
            try await Task.sleep(for: duration, clock: .continuous)
        }
    }

    init(
        uri: String, isReadOnly: Bool, followsEvents: Bool = true, countsBoots: Bool = false,
        tellsPlugOrder: Bool = true, driver: any LibvirtDriver, patience: Duration = .seconds(10),
        memory: HungGuests? = nil,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        id = .libvirt(uri: uri)
        let opener = ConnectionOpener(uri, driver)
        var lanePatience = HostLanes.Patience(opener)
        lanePatience.opening = patience
        lanePatience.leavesOut = followsEvents
        let lanes = HostLanes(opener, patience: lanePatience, memory: memory)
        host = HostConnection(
            opener, mayWrite: !isReadOnly, readsPlugOrder: tellsPlugOrder,
            keepsConnection: !followsEvents, lanes: lanes,
            boots: BootCounter(isWatching: followsEvents || countsBoots), patience: patience,
            pause: pause)
    }

    /// The active domains by name, at once and after each event that changes them.
    ///
    /// The source connects when a listener arrives, reconnects with exponential back-off, and
    /// disconnects with its last listener; its guests can still be asked then.
    package func listings() -> AsyncStream<SourceListing> {
        AsyncStream { continuation in
            let task = Task {
                await host.run(continuation)
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Reads libvirt's statistics of all active domains; nothing is known while there is no
    /// connection.
    package func readHost(timeout: Duration) async -> [GuestID: HostObservation] {
        await host.readHost(timeout: timeout)
    }
}
