internal import Dispatch
internal import Glibc
internal import Synchronization

/// Holds back INT, TERM and HUP while a change is under way, so that it ends whole.
///
/// The first is remembered; a second ends the program on the spot, as the signal would have.
final class Interrupts: Sendable {
    private let state = Mutex(State())

    private struct State {
        var first: Int32?
        var sources: [any DispatchSourceSignal] = []
    }

    /// The number of the first signal, if one came.
    var first: Int32? { state.withLock { $0.first } }

    /// Begins to hold back.
    ///
    /// - Parameter onFirst: Called once, from any thread, when the first signal comes.
    func begin(onFirst: @escaping @Sendable () -> Void) {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number, SIG_IGN)
            state.withLock { state in
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { [weak self] in self?.take(number, onFirst) }
                source.activate()
                state.sources.append(source)
            }
        }
    }

    private func take(_ number: Int32, _ onFirst: () -> Void) {
        let isFirst = state.withLock { state in
            defer { state.first = state.first ?? number }
            return state.first == nil
        }
        if isFirst {
            onFirst()
        } else {
            signal(number, SIG_DFL)
            kill(getpid(), number)
        }
    }
}
