internal import GuestVCPU
internal import Journal

/// Changes whose programs died: they are said at the next start of a command that changes guests,
/// and settled by a reading.
struct UnsettledChanges: Sendable {
    private let journal: Journal?
    private let reading: Task<JournalContents?, Never>

    /// The most guests that are read.
    private static let most = 50

    /// Begins to read the journal.
    ///
    /// - Parameter journal: Nil where nothing is recorded.
    init(in journal: Journal?) {
        self.journal = journal
        reading = Task {
            // A journal that cannot be read is said where a change is to be recorded.
            try? await journal?.contents()
        }
    }

    /// Says which changes of these guests are unsettled, reads the guests, and records how they are.
    func settle(_ guests: [Guest], timeout: Duration, _ hold: ChangeHold) async {
        guard let journal, let contents = await reading.value(unless: hold.interruption) ?? nil
        else { return }
        JournalNotes.write(contents.skippedLines)
        let unsettled = contents.changes.filter { $0.isUnsettled && $0.hasDied }
        guard !unsettled.isEmpty else { return }
        let found = unsettled.compactMap { change in
            guests.first { change.isAbout($0.id) }.map { (change: change, guest: $0) }
        }
        for (change, _) in found {
            Diagnostics.note(
                "a program died while it changed '\(change.guest)': \(change.changeText) "
                    + "(\(change.authorText), \(LocalTime.text(change.time)), id \(change.id.short))"
            )
        }
        await withTaskGroup(of: Void.self) { group in
            for (change, guest) in found.prefix(Self.most) {
                group.addTask { await Self.settle(change, guest, journal, timeout, hold) }
            }
        }
    }

    private static func settle(
        _ change: RecordedChange, _ guest: Guest, _ journal: Journal, _ timeout: Duration,
        _ hold: ChangeHold
    ) async {
        let reading = Task { () -> Result<AgentReading, AgentError> in
            do throws(AgentError) {
                return .success(try await guest.reader.read(timeout: timeout))
            } catch {
                return .failure(error)
            }
        }
        switch await reading.value(unless: hold.interruption) {
        case .success(let reading)?:
            Diagnostics.note(
                "'\(change.guest)' is found \(change.planned.progress(in: reading.vcpus))")
            // Where that fails, the next start says it again.
            try? await journal.recordFound(change.id, reading.vcpus)
        case .failure(let error)?:
            Diagnostics.note("'\(change.guest)' cannot be read: \(error.summary)")
        case nil: break
        }
    }
}

extension RecordedChange {
    /// Whether it was sent to this guest: the same machine of the same source, or a machine that is
    /// known by the same UUID.
    func isAbout(_ guest: GuestID) -> Bool {
        if let uuid, let other = guest.uuid { return uuid == other }
        return self.guest == guest.name && source == guest.source.name
    }
}
