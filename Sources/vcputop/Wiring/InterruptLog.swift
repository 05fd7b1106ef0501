internal import Glibc
internal import Terminal

/// Distinguishes signals of one act from those of a second act.
///
/// Closing a terminal delivers HUP twice, `timeout` signals a program and then its group, and
/// systemd sends TERM and HUP together: each is one wish to end.
struct InterruptLog {
    /// What a signal means.
    enum Meaning: Hashable { case first, sameAct, endAtOnce }

    /// The first signal, if one came.
    private(set) var first: CaughtSignals.Signal?
    /// Whether a change is under way, and the user does not know yet that it ends first.
    ///
    /// Only after that notice can a signal mean that the change is to be cut short.
    var owesNotice = false

    /// What comes this soon after the first signal belongs to the same act.
    static let oneAct = Duration.seconds(1)

    /// Records a signal.
    mutating func record(_ signal: CaughtSignals.Signal) -> Meaning {
        guard let first else {
            first = signal
            return .first
        }
        let isRepeatable = signal.number == SIGINT || signal.number == SIGTERM
        guard isRepeatable, signal.time - first.time > Self.oneAct, !owesNotice else {
            return .sameAct
        }
        return .endAtOnce
    }
}
