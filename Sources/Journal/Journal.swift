internal import Concurrency
internal import FoundationEssentials
internal import Glibc
package import GuestVCPU
internal import JSONForms

/// The trail of all changes of this user, on disk.
///
/// Nothing here blocks the caller's executor, and no call takes longer than `patience`, whatever
/// the file system does.
package final class Journal: Sendable {
    /// The folder of the files; nil where there is no place for one.
    package let path: String?
    private let folder: JournalFolder?
    private let locks: ChangeLocks?
    private let author: JournalAuthor

    /// How long a call may take.
    private static let patience = Duration.seconds(10)

    /// - Parameters:
    ///   - path: The folder, which is made where it is missing; nil where there is none.
    ///   - author: The user that the changes are recorded as.
    package init(in path: String?, author: JournalAuthor) {
        self.path = path
        self.author = author
        folder = path.map { JournalFolder(path: $0) }
        locks = folder.map { ChangeLocks(in: $0) }
    }

    /// The journal of one guest's changes.
    ///
    /// - Parameter reverting: The change that the next one takes back.
    package func changes(of guest: GuestID, reverting: ChangeID? = nil) -> any ChangeJournal {
        GuestJournal(journal: self, guest: guest, reverting: reverting)
    }

    /// Why no change could be recorded now; nil where one could be.
    package func trouble() async -> ChangeJournalError? {
        do throws(ChangeJournalError) {
            try await run { folder throws(ChangeJournalError) in try folder.probe() }
            return nil
        } catch {
            return error
        }
    }

    /// What the journal says now.
    package func contents() async throws(ChangeJournalError) -> JournalContents {
        try await run { folder throws(ChangeJournalError) in
            var contents = JournalContents(parsing: try folder.read())
            let ended = try ChangeLocks.ended(among: contents.unended, in: folder)
            // Its end may have been written since, and then its lock been given up.
            if !ended.isEmpty { contents = JournalContents(parsing: try folder.read()) }
            contents.markUnderWay(except: ended)
            return contents
        }
    }

    /// Records how a guest is after a change whose program died.
    package func recordFound(
        _ id: ChangeID, _ guest: GuestVCPUs
    ) async throws(ChangeJournalError) {
        let finding = RecordedChange.Finding(time: Date(), after: RecordedMaps(guest))
        try await append { try JournalLines.found(id, finding) }
    }

    // MARK: - The changes of one guest

    fileprivate func begin(
        _ intent: ChangeIntent, of guest: GuestID, reverting: ChangeID?
    ) async throws(ChangeJournalError) -> ChangeID {
        let now = Date()
        let id = ChangeID.new(at: now)
        let change = RecordedChange(
            id: id, time: now, user: author.user, login: author.login, pid: getpid(),
            guest: guest.name, source: guest.source.name, uuid: guest.uuid, reverts: reverting,
            requested: intent.requested, planned: intent.planned,
            before: RecordedMaps(intent.before), boot: intent.before.boot.id?.text)
        let locks = locks
        let line = try line { try JournalLines.intent(change) }
        // Nothing is sent where the intent is recorded too late, or may not be on the disk.
        let withdrawn = RecordedChange.End(time: now, outcome: .refused, after: nil, failure: nil)
        let withdrawal = try self.line { try JournalLines.outcome(id, withdrawn) }
        do throws(ChangeJournalError) {
            try await run { folder throws(ChangeJournalError) in
                try locks?.hold(id)
                try folder.append(line, unlessSynced: withdrawal)
            } late: { folder in
                try? folder.append(withdrawal)
                locks?.release(id)
            }
        } catch {
            locks?.release(id)
            throw error
        }
        return id
    }

    fileprivate func end(
        _ id: ChangeID, _ result: TransactionResult
    ) async throws(ChangeJournalError) {
        let end = RecordedChange.End(
            time: Date(), outcome: result.outcome, after: result.after.map(RecordedMaps.init),
            failure: result.failure.map {
                RecordedChange.Failure(vcpu: $0.vcpu, message: $0.cause.summary)
            })
        // The lock stays until the end is there: else the change would seem to have died.
        try await append { try JournalLines.outcome(id, end) }
        locks?.release(id)
    }

    // MARK: - Blocking calls

    private func append(
        _ make: () throws -> String
    ) async throws(ChangeJournalError) {
        let line = try line(make)
        try await run { folder throws(ChangeJournalError) in try folder.append(line) }
    }

    private func line(_ make: () throws -> String) throws(ChangeJournalError) -> String {
        do {
            return try make()
        } catch {
            throw ChangeJournalError("cannot write the change as JSON: \(error)")
        }
    }

    private func run<T: Sendable>(
        _ call: @escaping @Sendable (JournalFolder) throws(ChangeJournalError) -> T,
        late: @escaping @Sendable (JournalFolder) -> Void = { _ in }
    ) async throws(ChangeJournalError) -> T {
        guard let folder else {
            throw ChangeJournalError("there is no home folder for it: HOME is not set")
        }
        let answer: Result<T, ChangeJournalError>? = await BlockingCall.run(
            until: .now + Self.patience
        ) {
            do throws(ChangeJournalError) {
                return .success(try call(folder))
            } catch {
                return .failure(error)
            }
        } late: { result in
            if case .success = result { late(folder) }
        }
        guard let answer else {
            throw ChangeJournalError(
                "the file system of \(folder.path) has not answered for "
                    + "\(Self.patience.components.seconds) s")
        }
        return try answer.get()
    }
}

extension BootID {
    /// The kernel's id where it is written as the kernel writes it: a guest can claim anything.
    fileprivate var text: String? {
        guard case .kernel(let bytes) = self else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.utf8.count == bytes.count && text.allSatisfy { $0.isHexDigit || $0 == "-" }
            ? text : nil
    }
}

/// The journal of one guest's changes.
private struct GuestJournal: ChangeJournal {
    let journal: Journal
    let guest: GuestID
    let reverting: ChangeID?

    func begin(_ intent: ChangeIntent) async throws(ChangeJournalError) -> ChangeID {
        try await journal.begin(intent, of: guest, reverting: reverting)
    }

    func end(_ id: ChangeID, _ result: TransactionResult) async throws(ChangeJournalError) {
        try await journal.end(id, result)
    }
}
