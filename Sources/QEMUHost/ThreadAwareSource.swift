package import GuestVCPU

/// A source of this host's libvirt guests, with what only the system knows of their vCPUs: the
/// thread of each, and the physical CPU that it ran on last.
///
/// libvirt's statistics have neither, and asking it for them is a call for each guest.
package struct ThreadAwareSource: GuestSource {
    private let source: any GuestSource
    private let processes: LibvirtProcesses

    /// The name of the source itself.
    package var name: String { source.name }

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
            guard let reading = observation.reading else {
                completed[id] = observation
                continue
            }
            let threads = await processes.threads(of: id.name)
            completed[id] = HostObservation(
                state: observation.state, reading: reading.completed(by: threads))
        }
        return completed
    }
}

extension HostReading {
    /// The same reading with thread and physical CPU where it has none.
    fileprivate func completed(by threads: [Int: HostVCPU]) -> HostReading {
        guard !threads.isEmpty else { return self }
        return HostReading(
            vcpus: vcpus.map { vcpu in
                HostVCPU(
                    id: vcpu.id, timeNanoseconds: vcpu.timeNanoseconds,
                    waitNanoseconds: vcpu.waitNanoseconds,
                    thread: vcpu.thread ?? threads[vcpu.id]?.thread,
                    physicalCPU: vcpu.physicalCPU ?? threads[vcpu.id]?.physicalCPU,
                    state: vcpu.state, plugOrder: vcpu.plugOrder)
            },
            current: current, maximum: maximum, readAt: readAt, incarnation: incarnation,
            isPlugOrderWatched: isPlugOrderWatched, isRestored: isRestored)
    }
}
