import Foundation
import GuestVCPU
import TestSupport
import Testing

@testable import Journal

/// A start reads the last changes and those that are not over, and parses no others.
@Suite struct LastChangesTests {
    /// A journal as vcputop writes it: of every third change the program died, and of every ninth
    /// the guest was read since.
    private func bench(_ count: Int, message: String = "x") async throws -> JournalBench {
        let bench = try JournalBench()
        let journal = bench.journal { $0.sync = { _ in 0 } }
        for number in 0..<count {
            // Its locks end with it.
            let program = bench.journal { $0.sync = { _ in 0 } }
            let changes = program.changes(of: bench.guest)
            let id = try await changes.begin(JournalBench.intent)
            if number % 3 != 0 {
                var result = try JournalBench.result(number % 2 == 0 ? .committed : .failed)
                if number % 2 == 1 {
                    result = TransactionResult(
                        request: result.request, outcome: .failed, before: JournalBench.before,
                        failures: [
                            TransactionFailure(
                                vcpu: 1, cause: .agent(AgentError(.error, message)))
                        ])
                }
                try await changes.end(id, result)
            } else if number % 9 == 0 {
                try await journal.recordFound(id, JournalBench.before)
            }
        }
        return bench
    }

    @Test("the changes that are over are not parsed, and all others are as in the whole journal")
    func unsettled() async throws {
        // A guest chooses its message.
        let messages = [
            "x",
            #"","id":"00000000-0000-7000-8000-000000000000","time":"2026-01-01T00:00:00.000Z"}"#,
            #"\","id":"\"#, "\u{1b}[2J\n\r}}",
        ]
        for message in messages {
            let bench = try await bench(20, message: message)
            let all = try await bench.journal().contents()
            #expect(all.changes.count == 20)
            for count in [0, 1, 5, 20, 100] {
                let some = try await bench.journal().contents(last: count)
                #expect(some.changes.suffix(count) == all.changes.suffix(count))
                #expect(
                    some.changes.filter(\.isUnsettled) == all.changes.filter(\.isUnsettled))
                #expect(some.skippedLines == 0)
                #expect(some.changes.count <= max(count, 1) + 7)
            }
        }
    }

    @Test("a journal knows the changes that were begun in it, whatever the process id")
    func own() async throws {
        let bench = try JournalBench()
        let (first, second) = (bench.journal(), bench.journal())
        let id = try await bench.record(first)
        #expect(first.isOwn(id))
        #expect(!second.isOwn(id))
    }

    @Test("a line that is torn at any byte says the same as in the whole journal")
    func torn() async throws {
        let bench = try await bench(2, message: #"}}Z"}"#)
        let lines = try bench.text().split(separator: "\n").map { Array($0.utf8) }
        #expect(lines.count == 4)
        for torn in lines.indices {
            for length in 0..<lines[torn].count {
                var cut = lines
                cut[torn] = Array(cut[torn].prefix(length))
                let text = cut.map { String(decoding: $0, as: UTF8.self) + "\n" }.joined()
                let reading = JournalFolder.Reading(lines: Array(text.utf8))
                let all = JournalContents(reading)
                let some = JournalContents(reading, last: 0)
                #expect(
                    some.changes.filter(\.isUnsettled) == all.changes.filter(\.isUnsettled),
                    "line \(torn), cut to \(length)")
            }
        }
    }

    @Test("an unknown outcome without a reading waits for one, and is no open change")
    func unknown() async throws {
        let bench = try JournalBench()
        let journal = bench.journal()
        let changes = journal.changes(of: bench.guest)
        let id = try await changes.begin(JournalBench.intent)
        let request = try ChangeRequest(JournalBench.intent.requested)
        try await changes.end(
            id, TransactionResult(request: request, outcome: .unknown, before: JournalBench.before))
        try await bench.record(journal)

        let some = try await bench.journal().contents(last: 0)
        let change = try #require(some[id])
        #expect(change.awaitsReading && !change.isUnsettled && change.reversal.isEmpty)
        #expect(some.changes.count(where: \.awaitsReading) == 1)

        let found = try JournalBench.result(.committed).after
        try await journal.recordFound(id, try #require(found))
        #expect(try await bench.journal().contents(last: 0)[id] == nil)
        let settled = try #require(try await bench.journal().contents()[id])
        #expect(!settled.awaitsReading)
        #expect(settled.reversal == JournalBench.intent.planned.reversed)
        #expect(settled.outcomeText == "unknown; found as asked")
    }
}
