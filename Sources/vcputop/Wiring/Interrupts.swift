internal import Dispatch
internal import Glibc
internal import Synchronization
internal import Terminal

/// Holds back the signals that end a program, so that a change ends whole.
///
/// The first is remembered, and the program is to end soon. A second act, an INT or TERM more than
/// a second later, ends it on the spot, once the notice of the change under way has been written.
/// Signals that the parent had ignored stay ignored.
final class Interrupts: Sendable {
    private let caught: CaughtSignals?
    private let queue = DispatchQueue(label: "vcputop.interrupts")
    private let log = Mutex(InterruptLog())

    private static let ending = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    /// Begins to hold back.
    ///
    /// - Parameter holdsStop: Whether Ctrl-Z is held back too.
    init(holdsStop: Bool = false) {
        // Where there is no pipe left, signals do what they do by default.
        caught = CaughtSignals(Self.ending + (holdsStop ? [SIGTSTP] : []))
    }

    /// The number of the first signal, if one came.
    var first: Int32? { log.withLock { $0.first?.number } }

    /// Says what is done about signals, those included that came before.
    ///
    /// - Parameters:
    ///   - onStop: Called for each Ctrl-Z that is held back, from a thread that may block.
    ///   - onFirst: Called once, with the first signal's number, from the same thread.
    func begin(
        onStop: @escaping @Sendable () -> Void = {}, onFirst: @escaping @Sendable (Int32) -> Void
    ) {
        caught?.start(on: queue) { [weak self] signals in
            for signal in signals {
                if signal.number == SIGTSTP { onStop() } else { self?.handle(signal, onFirst) }
            }
        }
    }

    /// Says that a change begins: a second act counts only after `noticeWritten`.
    func changeBegins() {
        log.withLock { $0.owesNotice = true }
    }

    /// Says that the notice has been written, or could not be.
    func noticeWritten() {
        log.withLock { $0.owesNotice = false }
    }

    private func handle(_ signal: CaughtSignals.Signal, _ onFirst: (Int32) -> Void) {
        let (meaning, first) = log.withLock { log in
            (log.record(signal), log.first?.number ?? signal.number)
        }
        switch meaning {
        case .first: onFirst(first)
        case .sameAct: break
        // Gives the terminal back, and waits for nothing.
        case .endAtOnce: quick_exit(128 + first)
        }
    }
}
