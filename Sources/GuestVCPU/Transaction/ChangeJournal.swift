/// Where the changes of one guest are recorded: what is about to be done before anything is sent,
/// and what came of it.
///
/// A program that is killed in the middle of a change leaves an intent without an outcome, and the
/// next one knows that it has to look.
public protocol ChangeJournal: Sendable {
    /// Records what is about to be sent, so that it outlasts a crash of the program and of the
    /// machine.
    ///
    /// - Returns: The change's id.
    /// - Throws: `ChangeJournalError`; nothing is sent then.
    func begin(_ intent: ChangeIntent) async throws(ChangeJournalError) -> ChangeID

    /// Records the end of a change.
    ///
    /// - Throws: `ChangeJournalError`; the change's result is not touched by it.
    func end(_ id: ChangeID, _ result: TransactionResult) async throws(ChangeJournalError)
}

/// What is about to be sent to a guest.
public struct ChangeIntent: Hashable, Sendable {
    /// What was asked for.
    public let requested: VCPUTargets
    /// The vCPUs that are to be changed; never empty.
    public let planned: VCPUTargets
    /// The guest before.
    public let before: GuestVCPUs

    /// Creates an intent.
    public init(requested: VCPUTargets, planned: VCPUTargets, before: GuestVCPUs) {
        self.requested = requested
        self.planned = planned
        self.before = before
    }
}

/// The id of a change in a journal, of its own in all journals.
public struct ChangeID: Hashable, Sendable, CustomStringConvertible {
    /// The id as it is written.
    public let text: String

    /// Creates an id of its text.
    public init(_ text: String) {
        self.text = text
    }

    /// The id as it is written.
    public var description: String { text }
}

/// Why a change could not be recorded.
public struct ChangeJournalError: Error, Hashable, Sendable {
    /// The reason, in words, with the file that it is about.
    public let summary: String

    /// Creates an error.
    public init(_ summary: String) {
        self.summary = summary
    }
}
