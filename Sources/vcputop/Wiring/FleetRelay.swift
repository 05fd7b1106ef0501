internal import GuestVCPU
internal import Monitoring
internal import Synchronization

/// Hands the changes of a fleet to the main actor.
///
/// Each update takes one change of thread, since it is made where the fleet lives. To ask for it from
/// the main actor would take three.
final class FleetRelay: Sendable {
    /// The updates that the main actor has not handled yet.
    private let waiting = Mutex<[FleetUpdate]>([])

    /// Hands changes on until the task is cancelled or the fleet is stopped.
    ///
    /// - Parameter handle: Called for each update, in their order.
    func run(
        _ fleet: FleetMonitor, handle: @escaping @MainActor @Sendable (FleetUpdate) -> Void
    ) async {
        for await _ in fleet.changes {
            let update = await fleet.update()
            let isFirst = waiting.withLock { waiting in
                waiting.append(update)
                return waiting.count == 1
            }
            // A main actor that is busy handles several in one turn.
            guard isFirst else { continue }
            Task { @MainActor in
                for update in self.removeAll() { handle(update) }
            }
        }
    }

    private func removeAll() -> [FleetUpdate] {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
