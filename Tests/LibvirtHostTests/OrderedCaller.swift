import Dispatch

@testable import LibvirtHost

/// A caller of the memory whose tasks start in the order in which they were made, as the lanes' do,
/// whatever their priorities are.
actor OrderedCaller {
    private nonisolated let thread = OwnThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
    private var calls = 0

    private final class OwnThread: SerialExecutor {
        private let queue = DispatchQueue(label: "vcputop.tests.ordered-caller")

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
        }
    }

    /// Records each guest, and then forgets it in a task that is more urgent.
    func addAndRemove(_ guests: [String], in memory: HungGuests) async {
        var tasks: [Task<Void, Never>] = []
        for guest in guests {
            tasks.append(
                Task(priority: .background) {
                    calls += 1
                    await memory.add(guest)
                })
            tasks.append(
                Task(priority: .high) {
                    calls += 1
                    await memory.remove(guest)
                })
        }
        for task in tasks { await task.value }
    }
}
