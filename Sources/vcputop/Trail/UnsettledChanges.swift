internal import GuestVCPU
internal import Journal

/// Changes of which it is not known what they did, as of programs that died: they are said at the
/// next start of a command that changes guests, and settled by a reading.
struct UnsettledChanges: Sendable {
    private let journal: Journal?
    private let writes: Bool
    private let reading: Task<JournalContents?, Never>

    /// The most guests that are read at once.
    private static let width = 8
    /// How long all guests that are not changed now may take.
    private static let patience = Duration.seconds(1)
    /// The most changes that are said one by one.
    private static let mostSaid = 20

    /// Begins to read the journal.
    ///
    /// - Parameters:
    ///   - journal: Nil where nothing is recorded.
    ///   - writes: Whether to record what is found; a dry run writes nothing.
    init(in journal: Journal?, writes: Bool) {
        self.journal = journal
        self.writes = writes
        reading = Task {
            // A journal that cannot be read is said where a change is to be recorded.
            try? await journal?.contents(last: 0)
        }
    }

    /// Says which changes of these guests are unsettled, reads the guests, and records how they are.
    ///
    /// A guest that is changed next may take its timeout. The others may not hold up the change of
    /// a healthy guest for long: what is not read in time is said again at the next start.
    ///
    /// - Parameter changing: The guests that are changed next.
    func settle(
        _ guests: [Guest], changing: Set<GuestID>, timeout: Duration, _ hold: ChangeHold
    ) async {
        guard let journal, let contents = await reading.value(unless: hold.interruption) ?? nil
        else { return }
        JournalNotes.write(contents.skippedLines)
        let turns = Self.turns(contents.changes.filter(\.awaitsReading), guests)
            .sorted { changing.contains($0.guest.id) && !changing.contains($1.guest.id) }
        Self.say(turns.flatMap(\.changes))
        let start = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            for (position, turn) in turns.enumerated() {
                if position >= Self.width { await group.next() }
                let patience =
                    changing.contains(turn.guest.id) ? timeout : min(timeout, Self.patience)
                group.addTask {
                    await turn.settle(in: writes ? journal : nil, until: start + patience, hold)
                }
            }
        }
    }

    /// The changes by their guests: a guest is read once.
    private static func turns(_ changes: [RecordedChange], _ guests: [Guest]) -> [Turn] {
        var turns: [Turn] = []
        var places: [GuestID: Int] = [:]
        let index = RecordedGuestIndex(guests.map { ($0.id, $0.owner) })
        let known = Dictionary(guests.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for change in changes {
            guard let guest = index.guest(of: change).flatMap({ known[$0] }) else { continue }
            if let place = places[guest.id] {
                turns[place].changes.append(change)
            } else {
                places[guest.id] = turns.count
                turns.append(Turn(guest: guest, changes: [change]))
            }
        }
        return turns
    }

    private static func say(_ changes: [RecordedChange]) {
        for change in changes.prefix(mostSaid) {
            let what =
                change.hasDied
                ? "a program died while it changed" : "it is not known what came of a change of"
            Diagnostics.note(
                "\(what) '\(change.guest)': \(change.changeText) "
                    + "(\(change.authorText), \(LocalTime.text(change.time)), id \(change.id.short))"
            )
        }
        guard changes.count > mostSaid else { return }
        Diagnostics.note(
            "and \(changes.count - mostSaid) more: 'vcputop log --open' lists them")
    }

    /// One guest's turn.
    private struct Turn {
        let guest: Guest
        var changes: [RecordedChange]

        func settle(
            in journal: Journal?, until deadline: ContinuousClock.Instant, _ hold: ChangeHold
        ) async {
            let name = guest.id.name
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else {
                return Diagnostics.note("'\(name)' is not read now: there was no time left")
            }
            let reading = Task { () -> Result<AgentReading, AgentError> in
                do throws(AgentError) {
                    return .success(try await guest.reader.read(timeout: left))
                } catch {
                    return .failure(error)
                }
            }
            switch await reading.value(unless: hold.interruption) {
            case .success(let reading)?:
                for change in changes {
                    Diagnostics.note(
                        "'\(name)' is found \(change.planned.progress(in: reading.vcpus))")
                    // Where that fails, the next start says it again.
                    try? await journal?.recordFound(change.id, reading.vcpus)
                }
            case .failure(let error)?:
                Diagnostics.note("'\(name)' cannot be read: \(error.summary)")
            case nil: break
            }
        }
    }
}

extension RecordedGuestIndex {
    /// The guest that a change was sent to.
    func guest(of change: RecordedChange) -> GuestID? {
        guest(named: change.guest, source: change.source, uuid: change.uuid)
    }
}
