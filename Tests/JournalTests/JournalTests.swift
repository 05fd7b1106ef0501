import GuestVCPU
import TestSupport
import Testing

@testable import Journal

@Suite struct JournalTests {
    @Test("an intent and its outcome are read back as they were written")
    func roundTrip() async throws {
        let bench = try JournalBench()
        let journal = bench.journal()
        let changes = journal.changes(of: bench.guest)
        let id = try await changes.begin(JournalBench.intent)
        let open = try #require(try await journal.contents()[id])
        #expect(open.isUnderWay)
        #expect(open.outcome == "open")
        #expect(open.guest == "web")
        #expect(open.source == "agent:/run/web.sock")
        #expect(open.login == "ada")
        #expect(open.requested == JournalBench.intent.requested)
        #expect(open.before == RecordedMaps(JournalBench.before))
        try await changes.end(id, try JournalBench.result(.committed))
        let ended = try #require(try await journal.contents()[id])
        #expect(ended.outcome == "committed")
        #expect(ended.after?.online == [0, 2, 3])
        #expect(!ended.isUnsettled)
    }

    @Test("a change whose program is gone has died, until a reading finds how the guest is")
    func died() async throws {
        let bench = try JournalBench()
        var journal: Journal? = bench.journal()
        let id = try #require(
            try await journal?.changes(of: bench.guest).begin(JournalBench.intent))
        // With the journal its locks are gone, as with the program.
        journal = nil
        let next = bench.journal()
        // A thread of the call may keep it a moment longer.
        #expect(try await eventually { try await next.contents()[id]?.hasDied == true })
        let dead = try #require(try await next.contents()[id])
        #expect(dead.hasDied)
        #expect(dead.isUnsettled)
        try await next.recordFound(id, JournalBench.before)
        let found = try #require(try await next.contents()[id])
        #expect(found.hasDied)
        #expect(!found.isUnsettled)
        #expect(found.after?.online == [0, 1, 2])
    }
}
