/// Something to run on an event loop's thread.
enum LoopWork: Sendable {
    /// A job of an actor that lives on the loop.
    case actorJob(UnownedJob)
    /// A job of a task that prefers an executor which runs its jobs on the loop.
    case taskJob(UnownedJob, UnownedTaskExecutor)
    case action(@Sendable () -> Void)
}
