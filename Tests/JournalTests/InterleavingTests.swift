import Foundation
import GuestVCPU
import Synchronization
import TestSupport
import Testing

@testable import Journal

/// Several programs write, die and read at once while the files rotate: what a reader sees was true
/// at some moment while it read.
@Suite struct InterleavingTests {
    /// What happened to one change, in numbers of one count of all events.
    private struct History {
        let beginning: Int
        var begun: Int?
        /// When its program began to write its end, or died.
        var ending: Int?
        var ended: Int?
        var outcome: Outcome?
        var hasDied = false
    }

    private final class Ledger: Sendable {
        private let state = Mutex((count: 0, histories: [ChangeID: History]()))
        let isOver = Mutex(false)
        let lies = Mutex<[String]>([])
        let readings = Mutex(0)

        func now() -> Int {
            state.withLock { state in
                state.count += 1
                return state.count
            }
        }

        func begun(_ id: ChangeID, since beginning: Int) {
            let now = now()
            state.withLock {
                $0.histories[id] = History(beginning: beginning, begun: now)
            }
        }

        func update(_ id: ChangeID, _ change: (inout History, Int) -> Void) {
            let now = now()
            state.withLock { state in
                if var history = state.histories[id] {
                    change(&history, now)
                    state.histories[id] = history
                }
            }
        }

        var histories: [ChangeID: History] { state.withLock { $0.histories } }
    }

    private static func write(
        _ count: Int, _ bench: JournalBench, _ ledger: Ledger, seed: UInt64,
        _ open: @Sendable () -> Journal
    ) async throws {
        var random = SeededGenerator(seed: seed)
        var journal = open()
        for _ in 0..<count {
            let beginning = ledger.now()
            let changes = journal.changes(of: bench.guest)
            let id = try await changes.begin(JournalBench.intent)
            ledger.begun(id, since: beginning)
            if random.oneIn(3) { await Task.yield() }
            if random.oneIn(4) {
                // With the journal its locks are gone, as with the program.
                ledger.update(id) {
                    $0.ending = $1
                    $0.hasDied = true
                }
                journal = open()
                continue
            }
            let outcome: Outcome = random.oneIn(2) ? .committed : .failed
            ledger.update(id) {
                $0.ending = $1
                $0.outcome = outcome
            }
            try await changes.end(id, try JournalBench.result(outcome))
            ledger.update(id) { $0.ended = $1 }
        }
    }

    /// What is wrong with a reading that was made between two moments.
    private static func lies(
        in contents: JournalContents, from start: Int, to end: Int, _ ledger: Ledger
    ) -> [String] {
        var lies: [String] = []
        if contents.skippedLines > 0 { lies.append("\(contents.skippedLines) lines are skipped") }
        let histories = ledger.histories
        for change in contents.changes {
            // A writer learns the id of its change a moment after it is there.
            guard let history = histories[change.id] else { continue }
            let text = "\(change.outcome), read from \(start) to \(end): \(history)"
            if history.beginning > end { lies.append("seen before it began: \(text)") }
            if let outcome = change.end?.outcome {
                if outcome != history.outcome || history.ending ?? .max > end { lies.append(text) }
            } else if change.isUnderWay {
                // A program that died gave its locks up at some moment after that.
                if history.ended ?? .max < start { lies.append(text) }
            } else if !history.hasDied || history.ending ?? .max > end {
                lies.append(text)
            }
        }
        return lies
    }

    @Test(
        "what a reader sees is true, no line is torn, and none is lost but by rotation",
        arguments: [nil, 3_000, 20_000] as [Int?])
    func interleavings(limit: Int?) async throws {
        let bench = try JournalBench()
        let open: @Sendable () -> Journal = {
            bench.journal { files in
                files.sync = { _ in 0 }
                if let limit { files.limit = limit }
            }
        }
        let ledger = Ledger()
        try await withThrowingTaskGroup { readers in
            for _ in 0..<2 {
                readers.addTask {
                    let journal = open()
                    while !ledger.isOver.withLock({ $0 }) {
                        let start = ledger.now()
                        let contents = try await journal.contents()
                        // An id that the ledger lacks now may come: it is read again at the end.
                        let found = Self.lies(in: contents, from: start, to: ledger.now(), ledger)
                        ledger.lies.withLock { $0 += found }
                        ledger.readings.withLock { $0 += 1 }
                    }
                }
            }
            try await withThrowingTaskGroup { writers in
                for seed in 1...4 as ClosedRange<UInt64> {
                    writers.addTask { try await Self.write(60, bench, ledger, seed: seed, open) }
                }
                try await writers.waitForAll()
            }
            ledger.isOver.withLock { $0 = true }
            try await readers.waitForAll()
        }
        #expect(ledger.lies.withLock { Array($0.prefix(5)) } == [])
        #expect(ledger.readings.withLock { $0 } > 5)

        let journal = open()
        #expect(
            try await eventually {
                try await !journal.contents().changes.contains(where: \.isUnderWay)
            })
        let contents = try await journal.contents()
        let histories = ledger.histories
        #expect(histories.count == 240)
        for change in contents.changes {
            let history = try #require(histories[change.id])
            #expect(change.outcome == (history.hasDied ? "died" : history.outcome?.rawValue))
        }
        guard let limit else {
            #expect(contents.changes.count == histories.count)
            return
        }
        // What is left is the end of what was written: the last file, and a full one before it.
        let older = try bench.text(of: JournalFolder.olderFile).utf8.count
        #expect(older > limit - 1_500 && older <= limit)
        #expect(try bench.text().utf8.count <= limit)
        let seen = Set(contents.changes.map(\.id))
        let oldest = seen.compactMap { histories[$0]?.begun }.min() ?? 0
        let lost = histories.filter { !seen.contains($0.key) && $0.value.beginning > oldest }
        #expect(lost.isEmpty)
    }
}
