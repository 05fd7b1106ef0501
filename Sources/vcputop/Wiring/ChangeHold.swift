internal import GuestVCPU
internal import Synchronization
internal import Terminal

/// Signals during the changes of a command: before something is sent they end it, after that the
/// changes under way end first.
///
/// Ctrl-Z is held back as well: a program that is stopped keeps its agents' sockets, and guests
/// half-changed.
final class ChangeHold: Sendable {
    /// Says that nothing more is to be sent.
    let interruption = Interruption()

    private let interrupts = Interrupts(holdsStop: true)
    private let state = Mutex(State())

    private struct State {
        /// The guests to which something was sent and whose change has not ended.
        var underWay: [String] = []
        var isInterrupted = false
        var isStopReported = false
        /// Asks the question again that the program waits with; nil where it does not wait.
        var question: (@Sendable () -> Void)?
        var onInterrupt: @Sendable () -> Void = {}
    }

    /// How long a terminal or a pipe may take for a notice; the changes go on meanwhile.
    private static let patience = Duration.seconds(1)
    /// The most guests that a notice names.
    private static let mostNames = 8

    /// Begins to hold signals back.
    init() {
        interrupts.begin {
            self.stop()
        } onFirst: { _ in
            self.interrupt()
        }
    }

    /// The number of the first signal, if one came.
    var signal: Int32? { interrupts.first }

    /// Records a step of a guest's change, before it begins.
    ///
    /// After an interruption nothing is sent, whatever the step.
    func follow(_ step: TransactionStep, of guest: String) {
        guard case .sending = step else { return }
        state.withLock { state in
            // The notice is owed once: what is sent later, such as an undo, belongs to the same
            // change. After it nothing is owed, or the user could not end the program.
            guard !state.isInterrupted, !state.underWay.contains(guest) else { return }
            interrupts.changeBegins()
            state.underWay.append(guest)
        }
    }

    /// Records that a guest's change has ended.
    func end(of guest: String) {
        state.withLock { state in state.underWay.removeAll { $0 == guest } }
    }

    /// Does something at the first signal, at once where that has come.
    func whenInterrupted(_ action: @escaping @Sendable () -> Void) {
        let isInterrupted = state.withLock { state in
            state.onInterrupt = action
            return state.isInterrupted
        }
        if isInterrupted { action() }
    }

    /// Lets Ctrl-Z stop the program while it waits for the answer to a question, and holds nothing.
    ///
    /// - Parameter question: Asks again, after the program goes on; nil when it has its answer.
    func wait(with question: (@Sendable () -> Void)?) {
        state.withLock { $0.question = question }
    }

    private func interrupt() {
        interruption.request()
        let (underWay, action) = state.withLock { state in
            state.isInterrupted = true
            return (state.underWay, state.onInterrupt)
        }
        action()
        if !underWay.isEmpty {
            Diagnostics.note(
                "interrupted: \(Self.changes(of: underWay)) finished or undone first; "
                    + "interrupt again to end at once", within: Self.patience)
        }
        interrupts.noticeWritten()
    }

    /// `the change of 'web1' is`, `the changes of 'web1', 'web2' are`.
    private static func changes(of guests: [String]) -> String {
        let names = guests.prefix(mostNames).map { "'\($0)'" }.joined(separator: ", ")
        let more = guests.count > mostNames ? " and \(guests.count - mostNames) more" : ""
        return guests.count == 1
            ? "the change of \(names) is" : "the changes of \(names)\(more) are"
    }

    private func stop() {
        if let question = state.withLock({ $0.question }) {
            ProcessStop.perform()
            return question()
        }
        let (isFirst, underWay) = state.withLock { state in
            defer { state.isStopReported = true }
            return (!state.isStopReported, state.underWay)
        }
        guard isFirst else { return }
        let text =
            switch underWay.count {
            case 0: "what is under way ends first"
            case 1: "the change of '\(underWay[0])' ends first"
            default: "the changes under way end first"
            }
        Diagnostics.note("not stopped: \(text), and the program with it", within: Self.patience)
    }
}
