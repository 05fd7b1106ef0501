internal import CLinux
internal import Concurrency
internal import FoundationEssentials
internal import Glibc
package import GuestVCPU
internal import JSONForms
internal import Synchronization

/// The trail of all changes of this user, on disk.
///
/// Nothing here blocks the caller's executor, and no call takes longer than `patience`, whatever
/// the file system does.
package final class Journal: Sendable {
    /// The folder of the files; nil where there is no place for one.
    package let path: String?
    private let folder: JournalFolder?
    private let locks = ChangeLocks()
    private let author: JournalAuthor
    /// The changes that were begun here.
    private let own = Mutex<Set<ChangeID>>([])

    /// How long a call may take.
    private let patience: Duration

    /// - Parameters:
    ///   - path: The folder, which is made where it is missing; nil where there is none.
    ///   - author: The user that the changes are recorded as.
    ///   - limit: The most bytes of a file.
    package convenience init(in path: String?, author: JournalAuthor, limit: Int = 4 << 20) {
        self.init(in: path.map { JournalFolder(path: $0, limit: limit) }, author: author)
    }

    init(
        in folder: JournalFolder?, author: JournalAuthor, patience: Duration = .seconds(10)
    ) {
        path = folder?.path
        self.folder = folder
        self.author = author
        self.patience = patience
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
    ///
    /// - Parameter last: How many changes are wanted at least, the last ones, beside those that are
    ///   not over; nil for all, which takes a full journal some seconds on a busy machine.
    package func contents(last: Int? = nil) async throws(ChangeJournalError) -> JournalContents {
        let reading = try await run { folder throws(ChangeJournalError) in try folder.read() }
        // Not within the patience, which is the file system's, and not where tasks run.
        return await withCheckedContinuation { continuation in
            BlockingCall.start {
                continuation.resume(returning: JournalContents(reading, last: last))
            }
        }
    }

    /// Watches the folder of the files for what any program writes there.
    ///
    /// - Parameter makesFolder: Whether to make the folder where it is missing.
    /// - Returns: A descriptor that can be read when there may be news, not to wait on, which is
    ///   the caller's; nil where there is no folder, or it cannot be watched.
    package func watch(makesFolder: Bool) async -> Int32? {
        let watch: Int32? = try? await run { folder throws(ChangeJournalError) in
            if makesFolder { folder.make() }
            return linux_watch_folder(folder.path)
        } late: { _, watch in
            close(watch)
        }
        return watch.flatMap { $0 >= 0 ? $0 : nil }
    }

    /// Records how a guest is after a change whose program died.
    package func recordFound(
        _ id: ChangeID, _ guest: GuestVCPUs
    ) async throws(ChangeJournalError) {
        let finding = RecordedChange.Finding(time: Date(), after: RecordedMaps(guest))
        try await run { folder throws(ChangeJournalError) in
            try folder.append(try journalLine { try JournalLines.found(id, finding) })
        }
    }

    /// Whether a change was begun here.
    ///
    /// The process id does not say it: programs in two containers can have the same one.
    package func isOwn(_ id: ChangeID) -> Bool { own.withLock { $0.contains(id) } }

    // MARK: - The changes of one guest

    fileprivate func begin(
        _ intent: ChangeIntent, of guest: GuestID, reverting: ChangeID?
    ) async throws(ChangeJournalError) -> ChangeID {
        let now = Date()
        let id = ChangeID.new(at: now)
        own.withLock { _ = $0.insert(id) }
        let change = RecordedChange(
            id: id, time: now, user: author.user, login: author.login, pid: getpid(),
            guest: guest.name, source: guest.source.name, uuid: guest.uuid, reverts: reverting,
            requested: intent.requested, planned: intent.planned,
            before: RecordedMaps(intent.before), boot: intent.before.boot.id?.text)
        let locks = locks
        let line = try journalLine { try JournalLines.intent(change) }
        try await run { folder throws(ChangeJournalError) in
            try locks.hold(id, in: folder)
            do throws(ChangeJournalError) {
                try folder.append(line, allOrNothing: true)
            } catch {
                locks.release(id)
                throw error
            }
        } late: { folder, _ in
            // The caller has given it up, and sent nothing.
            let end = RecordedChange.End(time: Date(), outcome: .refused, after: nil, failure: nil)
            if let line = try? JournalLines.outcome(id, end) { try? folder.append(line) }
            locks.release(id)
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
        let locks = locks
        try await run { folder throws(ChangeJournalError) in
            // Only now: without its end the change would seem to have lost its program. Where the
            // end cannot be written it is to be settled by a reading, as if the program had died.
            defer { locks.release(id) }
            try folder.append(try journalLine { try JournalLines.outcome(id, end) })
        }
    }

    // MARK: - Blocking calls

    private func run<T: Sendable>(
        _ call: @escaping @Sendable (JournalFolder) throws(ChangeJournalError) -> T,
        late: @escaping @Sendable (JournalFolder, T) -> Void = { _, _ in }
    ) async throws(ChangeJournalError) -> T {
        guard let folder else {
            throw ChangeJournalError("there is no home folder for it: HOME is not set")
        }
        let answer: Result<T, ChangeJournalError>? = await BlockingCall.run(
            until: .now + patience
        ) {
            do throws(ChangeJournalError) {
                return .success(try call(folder))
            } catch {
                return .failure(error)
            }
        } late: { result in
            if case .success(let value) = result { late(folder, value) }
        }
        guard let answer else {
            throw ChangeJournalError(
                "the file system of \(folder.path) has not answered for "
                    + "\(patience.components.seconds) s")
        }
        return try answer.get()
    }
}

extension BootID {
    /// The kernel's id where it is written as the kernel writes it: a guest can claim anything.
    fileprivate var text: String? {
        guard case .kernel(let bytes) = self, bytes.count <= 36 else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.allSatisfy { $0.isASCII && ($0.isHexDigit || $0 == "-") } ? text : nil
    }
}

/// A line as it is written: one that can also be read.
private func journalLine(_ make: () throws -> String) throws(ChangeJournalError) -> String {
    let line: String
    do {
        line = try make()
    } catch {
        throw ChangeJournalError("cannot write the change as JSON: \(error)")
    }
    guard line.utf8.count <= JournalContents.longestLine else {
        throw ChangeJournalError("the change is too long to be recorded")
    }
    return line
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
