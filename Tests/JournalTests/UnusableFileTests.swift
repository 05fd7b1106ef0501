import Foundation
import Glibc
import GuestVCPU
import Testing

@testable import Journal

/// Files and folders that are not what they should be: nothing is recorded, nothing waits, and the
/// error names the file.
@Suite struct UnusableFileTests {
    /// Something in the place of a file.
    enum Obstacle: CaseIterable {
        case symbolicLink, danglingLink, hardLink, fifo, folder, socket

        func put(at path: String) throws {
            switch self {
            case .symbolicLink:
                try Data("secret\n".utf8).write(to: URL(filePath: "\(path)-target"))
                symlink("\(path)-target", path)
            case .danglingLink: symlink("\(path)-target", path)
            case .hardLink:
                try Data("secret\n".utf8).write(to: URL(filePath: "\(path)-target"))
                link("\(path)-target", path)
            case .fifo: mkfifo(path, 0o600)
            case .folder: mkdir(path, 0o700)
            case .socket: mknod(path, S_IFSOCK | 0o600, 0)
            }
        }
    }

    @Test(
        "a link, a FIFO, a folder or a socket in the place of a file is refused at once",
        arguments: Obstacle.allCases,
        [JournalFolder.file, JournalFolder.lockFile, JournalFolder.olderFile])
    func obstacle(_ obstacle: Obstacle, _ name: String) async throws {
        let bench = try JournalBench()
        try bench.makeFolder()
        try obstacle.put(at: "\(bench.folder)/\(name)")
        let journal = bench.journal()
        let start = ContinuousClock.now
        // The older file is only read, and replaced at a rotation.
        if name != JournalFolder.olderFile {
            let trouble = try #require(await journal.trouble())
            #expect(trouble.summary.contains(name), "\(trouble)")
            await #expect(throws: ChangeJournalError.self) {
                try await journal.changes(of: bench.guest).begin(JournalBench.intent)
            }
        }
        let error = await #expect(throws: ChangeJournalError.self) {
            try await journal.contents()
        }
        #expect(error?.summary.contains(name) == true, "\(String(describing: error))")
        #expect(ContinuousClock.now - start < .seconds(5))
        if let target = try? bench.text(of: "\(name)-target") { #expect(target == "secret\n") }
    }

    @Test("a file in the place of the folder is refused")
    func fileAsFolder() async throws {
        let bench = try JournalBench()
        let above = URL(filePath: bench.folder).deletingLastPathComponent().path
        try FileManager.default.createDirectory(
            atPath: above, withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: bench.folder))
        let journal = bench.journal()
        #expect(await journal.trouble()?.summary.contains(bench.folder) == true)
        await #expect(throws: ChangeJournalError.self) { try await journal.contents() }
    }

    @Test("a file of another user is neither written nor read", .enabled(if: getuid() == 0))
    func foreignOwner() async throws {
        for name in [JournalFolder.file, JournalFolder.lockFile] {
            let bench = try JournalBench()
            try bench.write("", to: name)
            chown("\(bench.folder)/\(name)", 65_534, 65_534)
            let journal = bench.journal()
            #expect(await journal.trouble()?.summary.contains("another user") == true)
            await #expect(throws: ChangeJournalError.self) {
                try await journal.changes(of: bench.guest).begin(JournalBench.intent)
            }
            await #expect(throws: ChangeJournalError.self) { try await journal.contents() }
        }
    }

    @Test("without a home there is no journal, and the reason is said")
    func noHome() async throws {
        let journal = Journal(in: nil as String?, author: JournalAuthor(user: "x", login: nil))
        #expect(await journal.trouble()?.summary.contains("HOME") == true)
        await #expect(throws: ChangeJournalError.self) { try await journal.contents() }
    }

    @Test("no journal yet is an empty one, and reading makes no folder")
    func empty() async throws {
        let bench = try JournalBench()
        let contents = try await bench.journal().contents()
        #expect(contents.changes.isEmpty && contents.skippedLines == 0)
        #expect(!FileManager.default.fileExists(atPath: bench.folder))
    }

    @Test("the folder is for its user alone, and so are the files")
    func modes() async throws {
        let bench = try JournalBench()
        try await bench.record(bench.journal())
        for (name, mode) in [
            ("", 0o700), (JournalFolder.file, 0o600), (JournalFolder.lockFile, 0o600),
        ] {
            var status = stat()
            #expect(stat("\(bench.folder)/\(name)", &status) == 0)
            #expect(Int(status.st_mode) & 0o777 == mode, "\(name)")
        }
    }

    @Test("a lock file that is deleted is made again, and later changes are seen as open")
    func deletedLock() async throws {
        let bench = try JournalBench()
        let journal = bench.journal()
        try await bench.record(journal)
        unlink("\(bench.folder)/\(JournalFolder.lockFile)")
        let id = try await journal.changes(of: bench.guest).begin(JournalBench.intent)
        #expect(try await bench.journal().contents()[id]?.isUnderWay == true)
    }
}
