extension EventLoop {
    /// Waits until an instant, or until the task is cancelled.
    ///
    /// Unlike `Task.sleep` it needs no descriptor: where tasks run on Swift's own pool, the first sleep
    /// opens some, and the program ends where there are none.
    ///
    /// - Returns: False where the task was cancelled.
    package func sleep(until instant: ContinuousClock.Instant) async -> Bool {
        let answer = Answer<Bool>()
        let timer = schedule(at: instant) { _ = answer.give(true) }
        defer { cancel(timer) }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { answer.wait($0) }
        } onCancel: {
            _ = answer.give(false)
        }
    }
}
