internal import GuestVCPU
internal import Synchronization

/// Signals during one change: before something is sent they end it, after that it ends first.
///
/// Ctrl-Z is held back as well: a program that is stopped keeps its agent's socket, and a guest
/// half-changed.
final class ChangeHold: Sendable {
    /// Says that nothing more is to be sent.
    let interruption = Interruption()

    private let guest: String
    private let interrupts = Interrupts(holdsStop: true)
    private let state = Mutex(State())

    private struct State {
        var isSent = false
        var isInterrupted = false
        var isStopReported = false
        var onInterrupt: @Sendable () -> Void = {}
    }

    /// How long a terminal or a pipe may take for a notice; the change goes on meanwhile.
    private static let patience = Duration.seconds(1)

    /// Begins to hold signals back.
    init(of guest: String) {
        self.guest = guest
        interrupts.begin {
            self.stop()
        } onFirst: { _ in
            self.interrupt()
        }
    }

    /// The number of the first signal, if one came.
    var signal: Int32? { interrupts.first }

    /// Records a step of the change, before it begins.
    ///
    /// After an interruption nothing is sent, whatever the step.
    func follow(_ step: TransactionStep) {
        guard case .sending = step, !state.withLock({ $0.isSent }) else { return }
        // The notice is owed once: what is sent later, such as an undo, belongs to the same change.
        interrupts.changeBegins()
        state.withLock { $0.isSent = true }
    }

    /// Does something at the first signal, at once where that has come.
    func whenInterrupted(_ action: @escaping @Sendable () -> Void) {
        let isInterrupted = state.withLock { state in
            state.onInterrupt = action
            return state.isInterrupted
        }
        if isInterrupted { action() }
    }

    private func interrupt() {
        interruption.request()
        let (isSent, action) = state.withLock { state in
            state.isInterrupted = true
            return (state.isSent, state.onInterrupt)
        }
        action()
        if isSent { writeNotice() }
    }

    private func writeNotice() {
        Diagnostics.note(
            "interrupted: the change of '\(guest)' is finished or undone first; "
                + "interrupt again to end at once", within: Self.patience)
        interrupts.noticeWritten()
    }

    private func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopReported = true }
            return !state.isStopReported
        }
        guard isFirst else { return }
        Diagnostics.note(
            "not stopped: the change of '\(guest)' ends first, and the program with it",
            within: Self.patience)
    }
}
