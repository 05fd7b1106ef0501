extension FleetMonitor {
    // MARK: - Quiet

    /// How long exchanges may take to end by themselves; most need a tenth of that.
    private static let patience = Duration.seconds(1)
    /// How long exchanges may take to end after a cancellation, which libvirt's calls ignore.
    private static let patienceOnceCancelled = Duration.milliseconds(250)

    /// Ends all exchanges and begins no others, or resumes.
    ///
    /// A program that stops (SIGTSTP) must not hold an agent's socket: the agent would answer no
    /// other client until the program resumes. This does not wait for changes.
    ///
    /// Returns when the exchanges have ended, at the latest after 1.25 s.
    package func setQuiet(_ quiet: Bool) async {
        isQuiet = quiet
        schedule()
        guard quiet else { return }
        await waitUntilIdle(for: Self.patience)
        for exchange in exchanges.values { exchange.cancel() }
        await waitUntilIdle(for: Self.patienceOnceCancelled)
    }

    /// Returns the number of a new exchange with an agent or a host.
    func beginExchange() -> Int {
        lastExchange += 1
        return lastExchange
    }

    func endExchange(_ number: Int) {
        exchanges[number] = nil
        if exchanges.isEmpty { endWaitsForIdleness() }
    }

    private func waitUntilIdle(for duration: Duration) async {
        guard !exchanges.isEmpty else { return }
        let timer = Task {
            try? await clock.sleep(for: duration)
            guard !Task.isCancelled else { return }
            endWaitsForIdleness()
        }
        await withCheckedContinuation { idleWaiters.append($0) }
        timer.cancel()
    }

    private func endWaitsForIdleness() {
        for waiter in idleWaiters { waiter.resume() }
        idleWaiters = []
    }
}
