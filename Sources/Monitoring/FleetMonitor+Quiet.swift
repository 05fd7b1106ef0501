extension FleetMonitor {
    // MARK: - Quiet

    /// How long exchanges may take to end by themselves: most take a tenth of it.
    private static let patience = Duration.seconds(1)
    /// How long they may take once they are cancelled; a call into libvirt ends when it wants to.
    private static let patienceOnceCancelled = Duration.milliseconds(250)

    /// Ends all exchanges and begins no others, or goes on.
    ///
    /// A program that is about to be stopped holds no agent's socket then: the agent would answer
    /// no other client until the program goes on. Changes are not waited for.
    ///
    /// Returns when the exchanges have ended, or after 1.25 s.
    package func setQuiet(_ quiet: Bool) async {
        isQuiet = quiet
        schedule()
        guard quiet else { return }
        await waitUntilIdle(for: Self.patience)
        for exchange in exchanges.values { exchange.cancel() }
        await waitUntilIdle(for: Self.patienceOnceCancelled)
    }

    /// The number under which an exchange that uses agents' or hosts' sockets is kept.
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
