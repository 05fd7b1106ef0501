import Foundation
import GuestVCPU

@testable import Journal

/// A journal in a folder of its own, which is removed with it.
final class JournalBench: Sendable {
    let folder: String
    private let top: String
    let guest = GuestID(source: .agentSocket(path: "/run/web.sock"), name: "web", uuid: "u-1")

    init() throws {
        top = NSTemporaryDirectory() + "journal-\(UUID().uuidString)"
        folder = "\(top)/state/vcputop"
    }

    deinit { try? FileManager.default.removeItem(atPath: top) }

    /// A journal, as another program would have it.
    ///
    /// - Parameter change: Makes the folder's settings the test's own.
    func journal(
        patience: Duration = .seconds(10), _ change: (inout JournalFolder) -> Void = { _ in }
    ) -> Journal {
        var files = JournalFolder(path: folder)
        change(&files)
        return Journal(
            in: files, author: JournalAuthor(user: "root", login: "ada"), patience: patience)
    }

    func makeFolder() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    func write(_ text: String, to name: String = JournalFolder.file) throws {
        try makeFolder()
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }

    func text(of name: String = JournalFolder.file) throws -> String {
        String(
            decoding: try Data(contentsOf: URL(filePath: "\(folder)/\(name)")), as: UTF8.self)
    }

    /// Records a change from its beginning to its end.
    @discardableResult
    func record(_ journal: Journal) async throws -> ChangeID {
        let changes = journal.changes(of: guest)
        let id = try await changes.begin(Self.intent)
        try await changes.end(id, try Self.result(.committed))
        return id
    }

    static let before = GuestVCPUs(
        vcpus: [0, 1, 2, 3], online: [0, 1, 2], offlinable: [1, 2, 3], readAt: .now)

    static var intent: ChangeIntent {
        var targets = VCPUTargets()
        targets[1] = false
        targets[3] = true
        return ChangeIntent(requested: targets, planned: targets, before: before)
    }

    static func result(_ outcome: Outcome) throws -> TransactionResult {
        TransactionResult(
            request: try ChangeRequest(intent.requested), outcome: outcome, before: before,
            after: GuestVCPUs(
                vcpus: [0, 1, 2, 3], online: [0, 2, 3], offlinable: [1, 2, 3], readAt: .now))
    }

    var file: String { "\(folder)/\(JournalFolder.file)" }
}
