package import GuestVCPU

extension FleetMonitor {
    /// The shortest time to measure over: libvirt's counters, and a machine's, move in ticks.
    private static let shortestMeasurement = Duration.milliseconds(500)
    /// How far apart readings of a host are, so that each can be the start of a measurement.
    private static let leastPause = Duration.milliseconds(100)

    /// Waits as `settled` does, reads the hosts once more after an interval, and returns the state
    /// with what was measured between: use and wait.
    ///
    /// - Parameters:
    ///   - interval: The time to measure over; half a second at least.
    ///   - findsContradictions: Whether to tell which vCPUs run although their guest calls them
    ///     offline. The measurement then begins after the guests were read, and those that have an
    ///     offline vCPU are read again after it.
    package func measured(
        over interval: Duration, findsContradictions: Bool
    ) async -> FleetSnapshot {
        _ = await settled()
        if findsContradictions {
            try? await clock.sleep(for: Self.leastPause)
            await readHosts()
        }
        try? await clock.sleep(for: max(interval, Self.shortestMeasurement))
        await readHosts()
        guard findsContradictions else { return await settled() }
        let doubtful = members.values.filter { member in
            member.agent == .ok && member.reading?.vcpus.offline.isEmpty == false
        }
        for member in doubtful { requestReading(of: member) }
        await wait {
            doubtful.contains { $0.isListed && ($0.isRequested || $0.read != nil) }
        }
        return await settled()
    }
}
