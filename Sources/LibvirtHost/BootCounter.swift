internal import GuestVCPU
internal import Synchronization

/// Counts the boots of domains that a host's events report.
///
/// libvirt has no way to read a guest kernel's boot id that leaves the domain untainted. Events
/// that nothing received, while there was no connection, are not known to be none: each connection
/// begins a watch of its own, and boots are compared within one watch alone.
final class BootCounter: Sendable {
    private let state = Mutex(State())
    private let isWatching: Bool

    private struct State {
        /// The watch under way; nil while there is no connection.
        var watch: UInt64?
        var lastWatch: UInt64 = 0
        var counts: [String: UInt64] = [:]
    }

    /// - Parameter isWatching: Whether the connections receive events.
    init(isWatching: Bool) {
        self.isWatching = isWatching
    }

    /// Begins a watch: a connection was made that receives events from now on.
    func begin() {
        guard isWatching else { return }
        state.withLock { state in
            state.lastWatch += 1
            state.watch = state.lastWatch
            state.counts = [:]
        }
    }

    /// Records an event of the connection.
    func record(_ event: ConnectionEvent) {
        state.withLock { state in
            switch event {
            case .closed: state.watch = nil
            case .domain(let uuid, let event):
                if event.renumbers { state.counts[uuid, default: 0] += 1 }
            }
        }
    }

    /// The boot that a domain is in now.
    func boot(of uuid: String) -> GuestBoot {
        state.withLock { state in
            guard let watch = state.watch else { return .unknown }
            return GuestBoot(id: .counted(state.counts[uuid, default: 0], watch: watch))
        }
    }
}
