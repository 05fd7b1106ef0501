package import GuestVCPU

/// A source of this host's libvirt guests that adds what only the system knows about their vCPUs:
/// each vCPU's thread, its times in nanoseconds, the physical CPU on which it ran last, and whether
/// QEMU was started for a restore or an incoming migration.
///
/// libvirt's statistics lack these and count time in ticks of 10 ms, and libvirt would need one call
/// for each guest.
package struct ThreadAwareSource: GuestSource {
    private let source: any GuestSource
    private let processes: LibvirtProcesses

    /// The id of the wrapped source.
    package var id: SourceID { source.id }

    /// Creates a source.
    ///
    /// - Parameters:
    ///   - source: The libvirt source.
    ///   - folder: The folder of libvirt's PID files, such as `/run/libvirt/qemu`.
    package init(_ source: any GuestSource, pidFilesIn folder: String) {
        self.init(source, processes: LibvirtProcesses(folder: folder, reader: .system))
    }

    init(_ source: any GuestSource, processes: LibvirtProcesses) {
        self.source = source
        self.processes = processes
    }

    /// Lists the guests as the wrapped source does.
    package func listings() -> AsyncStream<SourceListing> { source.listings() }

    /// Reads the wrapped source, and adds the threads.
    package func readHost(timeout: Duration) async -> [GuestID: HostObservation] {
        let observations = await source.readHost(timeout: timeout)
        await processes.forgetAll(but: Set(observations.keys.map(\.name)))
        var completed: [GuestID: HostObservation] = [:]
        for (id, observation) in observations {
            var observation = observation
            if let reading = observation.reading {
                observation.reading?.addThreads(await processes.threads(of: id.name))
                if reading.isRestored == nil {
                    observation.reading?.isRestored = await processes.isRestored(id.name)
                }
            }
            completed[id] = observation
        }
        return completed
    }

    /// The guests' threads are this machine's.
    package var hostID: HostID? { .local }

    package func readPhysicalHost() async -> PhysicalHostReading? { await LocalHost.system.read() }
}

extension HostReading {
    /// Adds threads, which were read just now, to the vCPUs that lack them.
    fileprivate mutating func addThreads(_ threads: [HostIndex: HostVCPU]) {
        guard !threads.isEmpty else { return }
        // Shares are measured between the instants at which the times were read.
        readAt = .now
        for position in vcpus.indices {
            vcpus[position].addThread(of: threads[vcpus[position].index])
        }
    }
}
