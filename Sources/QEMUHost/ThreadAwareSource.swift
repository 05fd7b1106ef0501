package import GuestVCPU

/// A source of this host's libvirt guests, with what only the system knows of their vCPUs: the
/// thread of each, the physical CPU that it ran on last, and whether QEMU was started to take over
/// a machine that was saved or ran elsewhere.
///
/// libvirt's statistics have neither, and asking it for them is a call for each guest.
package struct ThreadAwareSource: GuestSource {
    private let source: any GuestSource
    private let processes: LibvirtProcesses

    /// That of the source itself.
    package var id: SourceID { source.id }

    /// Creates a source.
    ///
    /// - Parameters:
    ///   - source: Lists the guests, by the names that libvirt gave them.
    ///   - folder: Where libvirt says which process each is, such as `/run/libvirt/qemu`.
    package init(_ source: any GuestSource, pidFilesIn folder: String) {
        self.init(source, processes: LibvirtProcesses(folder: folder, reader: .system))
    }

    init(_ source: any GuestSource, processes: LibvirtProcesses) {
        self.source = source
        self.processes = processes
    }

    /// As the source lists them.
    package func listings() -> AsyncStream<SourceListing> { source.listings() }

    /// What the source knows, with the threads.
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
}

extension HostReading {
    /// Adds thread and physical CPU to each vCPU that has none.
    fileprivate mutating func addThreads(_ threads: [HostIndex: HostVCPU]) {
        guard !threads.isEmpty else { return }
        for position in vcpus.indices {
            vcpus[position].addThread(of: threads[vcpus[position].index])
        }
    }
}
