import Dispatch

/// A thread for a suite of lab tests to block on.
///
/// The lab waits for processes and sockets. A suite that is an actor on this executor waits on a
/// thread of its own, and takes none from the cooperative pool, which has but one for each
/// processor and is what the other tests and the code under test run on.
public final class LabThread: SerialExecutor {
    private let queue = DispatchQueue(label: "lab")

    /// Makes an executor with a queue of its own.
    public init() {}

    /// Runs a job on the queue.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// Whether the caller is on the queue.
    public func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}
