package import Dispatch

/// Runs an actor's jobs on a serial Dispatch queue.
///
/// An actor on such a queue and the event handlers of Dispatch sources on the same queue exclude
/// one another, so a handler may enter the actor at once with `assumeIsolated`.
package final class DispatchQueueExecutor: SerialExecutor {
    /// The queue that runs the jobs.
    package let queue: DispatchQueue

    /// Where sockets live unless told otherwise.
    ///
    /// One queue serves them all: no operation on it blocks, and a thousand sockets then need no
    /// more threads than one.
    package static let sockets = DispatchQueueExecutor(label: "vcputop.sockets")

    /// Makes an executor with a serial queue of its own.
    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    /// Runs a job on the queue, after those before it.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// Traps unless called on the queue.
    package func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}
