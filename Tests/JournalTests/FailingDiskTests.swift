import CLinux
import Foundation
import Glibc
import GuestVCPU
import Synchronization
import TestSupport
import Testing

@testable import Journal

/// A disk that fails, hangs or is full: a change that was not recorded is not in the journal, and no
/// call takes longer than it may.
@Suite struct FailingDiskTests {
    @Test("an intent that may not be on the disk is taken back, and its lock given up")
    func failingSync() async throws {
        let bench = try JournalBench()
        try await bench.record(bench.journal())
        let before = try bench.text()
        let journal = bench.journal { files in
            files.sync = { _ in
                errno = EIO
                return -1
            }
        }
        let error = await #expect(throws: ChangeJournalError.self) {
            try await journal.changes(of: bench.guest).begin(JournalBench.intent)
        }
        #expect(error?.summary.contains("Input/output error") == true)
        #expect(try bench.text() == before)
        #expect(try lockedPlaces(bench).isEmpty)
    }

    @Test("a folder that cannot be synced takes back the first intent of a new file")
    func failingFolderSync() async throws {
        let bench = try JournalBench()
        let journal = bench.journal { files in
            files.sync = { file in
                var status = stat()
                fstat(file, &status)
                guard status.st_mode & S_IFMT == S_IFDIR else { return fsync(file) }
                errno = EIO
                return -1
            }
        }
        await #expect(throws: ChangeJournalError.self) {
            try await journal.changes(of: bench.guest).begin(JournalBench.intent)
        }
        #expect(try bench.text() == "")
    }

    @Test("an end that may not be on the disk stays, and the error says so")
    func failingSyncOfEnd() async throws {
        let bench = try JournalBench()
        let fails = Mutex(false)
        let journal = bench.journal { files in
            files.sync = { _ in
                errno = EIO
                return fails.withLock { $0 } ? -1 : 0
            }
        }
        let changes = journal.changes(of: bench.guest)
        let id = try await changes.begin(JournalBench.intent)
        fails.withLock { $0 = true }
        await #expect(throws: ChangeJournalError.self) {
            try await changes.end(id, try JournalBench.result(.committed))
        }
        #expect(try await journal.contents()[id]?.outcome == "committed")
        #expect(try lockedPlaces(bench).isEmpty)
    }

    @Test("a disk that takes a part of an intent keeps none of it, wherever it ends")
    func partlyWritten() async throws {
        // Far beyond what any other file of this process reaches.
        let size = 1 << 36
        signal(SIGXFSZ, SIG_IGN)
        var old = rlimit()
        getrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &old)
        defer { setrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &old) }
        let bench = try JournalBench()
        try bench.write("")
        let line = String(repeating: "x", count: 300)
        let files = JournalFolder(path: bench.folder, limit: 1 << 40)
        for room in [0, 1, 150, 299, 300, 301] {
            truncate(bench.file, off_t(size))
            var limit = rlimit(rlim_cur: rlim_t(size + room), rlim_max: old.rlim_max)
            setrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &limit)
            // A file that ends in the middle of a line gets the end of that line first.
            #expect(throws: ChangeJournalError.self, "\(room)") {
                try files.append(line, allOrNothing: true)
            }
            var status = stat()
            stat(bench.file, &status)
            #expect(status.st_size == off_t(size), "\(room)")
        }
    }

    @Test("a disk that hangs is given up in time, and what it takes later is taken back")
    func hungDisk() async throws {
        let bench = try JournalBench()
        let isHung = Mutex(true)
        let journal = bench.journal(patience: .milliseconds(200)) { files in
            files.sync = { file in
                while isHung.withLock({ $0 }) { usleep(1_000) }
                return fsync(file)
            }
        }
        let error = await #expect(throws: ChangeJournalError.self) {
            try await journal.changes(of: bench.guest).begin(JournalBench.intent)
        }
        #expect(error?.summary.contains("has not answered") == true)
        isHung.withLock { $0 = false }
        let other = bench.journal()
        #expect(try await eventually { try await other.contents().changes.count == 1 })
        #expect(
            try await eventually { try await other.contents().changes.first?.outcome == "refused" })
        #expect(try await eventually { try lockedPlaces(bench).isEmpty })
    }

    @Test("a program that is stopped while it writes keeps no other one waiting for long")
    func stoppedWriter() async throws {
        let bench = try JournalBench()
        try await bench.record(bench.journal())
        let lock = open("\(bench.folder)/\(JournalFolder.lockFile)", O_RDWR | O_CLOEXEC)
        defer { close(lock) }
        #expect(linux_lock_byte(lock, 0, 1) == 0)
        let journal = bench.journal { $0.patience = .milliseconds(100) }
        for call in [
            { _ = try await journal.changes(of: bench.guest).begin(JournalBench.intent) },
            { _ = try await journal.contents() },
        ] as [@Sendable () async throws -> Void] {
            let error = await #expect(throws: ChangeJournalError.self) { try await call() }
            #expect(error?.summary.contains("another vcputop") == true)
        }
        #expect(try lockedPlaces(bench) == [0])
    }

    @Test("an end that cannot be written gives the lock up: a reading is to settle the change")
    func unwrittenEnd() async throws {
        let bench = try JournalBench()
        let journal = bench.journal()
        let changes = journal.changes(of: bench.guest)
        let id = try await changes.begin(JournalBench.intent)
        rename(bench.file, "\(bench.file)-aside")
        mkdir(bench.file, 0o700)
        await #expect(throws: ChangeJournalError.self) {
            try await changes.end(id, try JournalBench.result(.committed))
        }
        rmdir(bench.file)
        rename("\(bench.file)-aside", bench.file)
        let change = try #require(try await bench.journal().contents()[id])
        #expect(change.hasDied && change.isUnsettled)
    }

    private func lockedPlaces(_ bench: JournalBench) throws -> Set<Int64> {
        let lock = open("\(bench.folder)/\(JournalFolder.lockFile)", O_RDWR | O_CLOEXEC)
        defer { close(lock) }
        var places = try ChangeLocks.places(in: lock)
        var place: Int64 = 0
        if linux_find_lock(lock, 0, 0, &place) == 1 { places.insert(0) }
        return places
    }
}
