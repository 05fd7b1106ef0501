/// Calls an action once, at an instant.
struct FleetTimer {
    let instant: ContinuousClock.Instant
    private let task: Task<Void, Never>

    init(
        at instant: ContinuousClock.Instant, _ clock: ContinuousClock,
        _ action: @escaping @Sendable () async -> Void
    ) {
        self.instant = instant
        task = Task {
            try? await clock.sleep(until: instant, tolerance: .milliseconds(20))
            if !Task.isCancelled { await action() }
        }
    }

    func cancel() { task.cancel() }
}
