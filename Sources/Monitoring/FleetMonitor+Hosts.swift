internal import GuestVCPU

extension FleetMonitor {
    // MARK: - The machines

    /// Reads the CPUs of all machines, except of those whose last reading still runs, or was just now.
    func readPhysicalHosts() async {
        let now = clock.now
        await withTaskGroup(of: (Int, PhysicalHostReading?).self) { group in
            for (index, host) in physicalHosts.enumerated()
            where !host.isBusy && host.isWorthReading(at: now) {
                physicalHosts[index].isBusy = true
                group.addTask { (index, await host.source.readPhysicalHost()) }
            }
            for await (index, reading) in group {
                physicalHosts[index].isBusy = false
                if let reading, !Task.isCancelled { physicalHosts[index].record(reading) }
            }
        }
    }

    /// The machines that have changed since the last call.
    func changedPhysicalHosts() -> [PhysicalHost] {
        var changed: [PhysicalHost] = []
        for (index, host) in physicalHosts.enumerated() where host.isChanged {
            physicalHosts[index].isChanged = false
            if let state = host.state { changed.append(state) }
        }
        return changed
    }
}
