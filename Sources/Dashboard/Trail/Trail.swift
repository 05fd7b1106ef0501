package import GuestVCPU

/// What the journal of all changes says, also of those that other runs sent.
package struct Trail: Hashable, Sendable {
    /// The changes of other runs, the oldest first.
    package var changes: [PastChange]
    /// Whether a change could be recorded now.
    package var recording: Recording
    /// What else there is to say of the journal, in words.
    package var note: String?

    /// Creates a trail.
    package init(
        changes: [PastChange] = [], recording: Recording = .notTried, note: String? = nil
    ) {
        self.changes = changes
        self.recording = recording
        self.note = note
    }

    /// Whether a change can be recorded.
    package enum Recording: Hashable, Sendable {
        /// It was not tried: that would make the journal's files.
        case notTried
        /// It can be.
        case possible
        /// It cannot be, for this reason.
        case impossible(String)
    }
}

/// A change that another run has sent.
package struct PastChange: Hashable, Sendable {
    /// Its id in the journal.
    package let id: ChangeID
    /// The guest's name within its source.
    package let guest: String
    /// The source's name.
    package let source: String
    /// The guest's UUID, where it is known.
    package let uuid: String?
    /// When it was begun: a date and a time of day.
    package let time: String
    /// The user that sent it.
    package let author: String
    /// The vCPUs that were to be changed.
    package let planned: VCPUTargets
    /// What came of it, in words.
    package let outcome: String
    /// Whether every named vCPU is as it was asked to be; nil while it is not over.
    package let isAsAsked: Bool?
    /// Whether its program ended before it could say what came of the change.
    package let hasDied: Bool
    /// Whether it is not known what it did, and the guest was not read since.
    package let isUnsettled: Bool
    /// The last reading of the guest that it tells of; nil where there is none.
    package let after: GuestVCPUs?
    /// What takes back what it did; empty where that is nothing.
    package let reversal: VCPUTargets

    /// Creates a change.
    package init(
        id: ChangeID, guest: String, source: String, uuid: String?, time: String, author: String,
        planned: VCPUTargets, outcome: String, isAsAsked: Bool?, hasDied: Bool, isUnsettled: Bool,
        after: GuestVCPUs?, reversal: VCPUTargets
    ) {
        self.id = id
        self.guest = guest
        self.source = source
        self.uuid = uuid
        self.time = time
        self.author = author
        self.planned = planned
        self.outcome = outcome
        self.isAsAsked = isAsAsked
        self.hasDied = hasDied
        self.isUnsettled = isUnsettled
        self.after = after
        self.reversal = reversal
    }
}
