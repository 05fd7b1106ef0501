package import GuestVCPU

extension FleetMonitor {
    /// Reads the hosts, and returns what is known of all guests then.
    ///
    /// No guest is waited for: one that has never been read is `pending`, and of any other one the
    /// last reading counts.
    ///
    /// - Parameter limit: How long to wait for the hosts. Of one that takes longer the last reading
    ///   counts.
    package func refreshed(within limit: Duration) async -> FleetSnapshot {
        if !isQuiet { await waitForHosts(until: clock.now + limit) }
        return snapshot()
    }

    private func waitForHosts(until deadline: ContinuousClock.Instant) async {
        let late = Interruption()
        let timer = FleetTimer(at: deadline, clock) { late.request() }
        defer { timer.cancel() }
        let reading = beginReadingHosts()
        // Only the wait ends at the deadline: if the reading ended too, a host that always takes
        // longer would never be read.
        _ = await Task { await reading.value }.value(unless: late)
    }
}
