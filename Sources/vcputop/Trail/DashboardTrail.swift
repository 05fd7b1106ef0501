internal import Dashboard
internal import GuestVCPU
internal import Journal

/// The journal as the dashboard shows it.
struct DashboardTrail: Sendable {
    let journal: Journal

    /// The most changes that are shown.
    private static let most = 1_000

    init(of journal: Journal) {
        self.journal = journal
    }

    /// Reads the journal.
    ///
    /// - Parameter triesWriting: Whether to find out whether a change could be recorded.
    func read(triesWriting: Bool) async -> Trail {
        var trail = Trail()
        if triesWriting {
            trail.recording = await journal.trouble().map { .impossible($0.summary) } ?? .possible
        }
        do throws(ChangeJournalError) {
            let contents = try await journal.contents(last: Self.most)
            // This run's own changes are shown as they happen.
            trail.changes = contents.changes.filter { !journal.isOwn($0.id) }.suffix(Self.most)
                .map(PastChange.init)
            trail.note = JournalNotes.text(contents.skippedLines)
        } catch {
            trail.note = "cannot read the journal: \(error.summary)"
        }
        return trail
    }
}

extension PastChange {
    fileprivate init(_ change: RecordedChange) {
        self.init(
            id: change.id, guest: change.guest, source: change.source, uuid: change.uuid,
            time: LocalTime.text(change.time), author: change.authorText,
            planned: change.planned, outcome: change.outcomeText,
            isAsAsked: change.end.map { $0.outcome.exitStatus == 0 },
            hasDied: change.hasDied, isUnsettled: change.awaitsReading, after: change.reviewed,
            reversal: change.reversal)
    }
}
