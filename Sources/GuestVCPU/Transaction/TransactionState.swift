/// Where a transaction is.
enum TransactionState {
    /// Nothing happened yet.
    case initial
    /// The first connection is being opened.
    case opening
    /// The first reading is under way; nothing was sent.
    case reading(SetForm)
    /// A list is on its way.
    case sending(Sending)
    /// Everything is sent; the same connection is asked for the result.
    case rereading(Rereading)
    /// The line was lost after something was sent; new connections are tried.
    case recovering(Recovery)
    /// It is over.
    case finished

    /// What a list is sent for.
    enum Phase {
        /// To do what was asked.
        case forward
        /// To put back what was done.
        case undo
    }

    /// A list on its way, one batch a call.
    struct Sending {
        let phase: Phase
        let plan: ChangePlan
        let form: SetForm
        /// What is left, the batch under way first; no batch is empty.
        var batches: [[VCPUChange]]
        /// When the whole list, resent parts included, has to be through.
        let deadline: Duration

        /// Removes the batch under way.
        mutating func removeBatch() -> [VCPUChange] { batches.removeFirst() }

        /// Sends these entries next, as one batch; none is sent where there are no entries.
        mutating func resend(_ entries: ArraySlice<VCPUChange>) {
            if !entries.isEmpty { batches.insert(Array(entries), at: 0) }
        }

        /// Sends these entries next, each as a batch of its own.
        mutating func resendOneByOne(_ entries: [VCPUChange]) {
            batches.insert(contentsOf: entries.map { [$0] }, at: 0)
        }
    }

    /// A reading that decides the outcome.
    struct Rereading {
        let phase: Phase
        let plan: ChangePlan
        let form: SetForm
        let deadline: Duration
    }

    /// Tries to read the guest on new connections.
    struct Recovery {
        let phase: Phase
        let plan: ChangePlan
        let deadline: Duration
        /// How long to wait before the next try.
        var pause: Duration = .milliseconds(100)

        /// Doubles the pause, up to one second.
        ///
        /// - Returns: The pause before it was doubled.
        mutating func backOff() -> Duration {
            defer { pause = min(pause * 2, .seconds(1)) }
            return pause
        }
    }
}
