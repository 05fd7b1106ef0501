import Foundation
import GuestVCPU
import TestSupport
import Testing

@testable import Journal

/// Whatever is in the files: what cannot be read is skipped and counted, and the rest is read.
@Suite struct HostileContentsTests {
    private static let time = "2026-01-31T12:00:00.000Z"

    private static func intent(
        _ id: String, online: String = "2", offline: String = "1", before: String = "0-3",
        pid: String = "1", time: String = time
    ) -> String {
        #"{"event":"intent","id":"\#(id)","time":"\#(time)","user":"root","login":null,"pid":\#(pid),"#
            + #""guest":"web","source":"agent:/x","uuid":null,"reverts":null,"#
            + #""requested":{"online":"\#(online)","offline":"\#(offline)"},"#
            + #""planned":{"online":"\#(online)","offline":"\#(offline)"},"#
            + #""before":{"vcpus":"\#(before)","online":"0-1","offlinable":"1-3"}}"#
    }

    private static func end(_ id: String, _ outcome: String) -> String {
        #"{"event":"outcome","id":"\#(id)","time":"\#(time)","outcome":"\#(outcome)","#
            + #""after":null,"failure":null}"#
    }

    private func contents(_ text: String, limit: Int = 4 << 20) async throws -> JournalContents {
        let bench = try JournalBench()
        try bench.write(text)
        return try await bench.journal { $0.limit = limit }.contents()
    }

    @Test("lines that are no event are skipped and counted")
    func skipped() async throws {
        let deep = String(repeating: "[", count: 100_000)
        let lines = [
            Self.intent("good"), "x", "{}", "null", deep, #"{"event":\#(deep)"#, "\u{0}\u{1}\u{7F}",
            Self.intent("overlap", online: "1", offline: "1"), Self.intent("list", online: "0-"),
            Self.intent("huge", online: "0-99999999999999999999"),
            Self.intent("range", before: "0-4096"), Self.intent("pid", pid: "1e999"),
            Self.intent("time", time: "yesterday"),
            Self.intent("year", time: "999999999999999999-99-99T99:99:99.999Z"),
            Self.end("good", "victory"), #"{"event":"else","id":"good","time":"\#(Self.time)"}"#,
            String(repeating: "y", count: (1 << 20) + 1), Self.intent("last"),
        ]
        let contents = try await contents(lines.joined(separator: "\n"))
        #expect(contents.changes.map(\.id.text) == ["good", "last"])
        #expect(contents.skippedLines == lines.count - 2)
        #expect(contents.changes.allSatisfy { $0.hasDied })
    }

    @Test("the first end counts, and an end or a finding without an intent says nothing")
    func orphansAndDuplicates() async throws {
        let contents = try await contents(
            [
                Self.end("a", "committed"), Self.intent("a"), Self.intent("a", online: "3"),
                Self.end("a", "failed"), Self.end("a", "committed"), Self.end("gone", "failed"),
            ].joined(separator: "\n"))
        #expect(contents.changes.map(\.outcome) == ["failed"])
        #expect(contents[ChangeID("a")]?.requested.online == [2])
        #expect(contents.skippedLines == 1)
    }

    @Test("after a torn line the next one begins a line of its own")
    func tornLine() async throws {
        let bench = try JournalBench()
        let journal = bench.journal()
        let first = try await bench.record(journal)
        let whole = try bench.text()
        for cut in stride(from: 1, to: whole.utf8.count, by: 37) {
            try bench.write(whole + String(whole.prefix(cut)))
            let second = try await bench.record(journal)
            let contents = try await journal.contents()
            #expect(contents[first]?.outcome == "committed")
            #expect(contents[second]?.outcome == "committed")
            // An intent a second time, and what is torn.
            #expect(contents.skippedLines <= 2)
        }
    }

    @Test("random bytes are skipped, and the change after them is read")
    func randomBytes() async throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<20 {
            let bench = try JournalBench()
            try bench.makeFolder()
            let bytes = (0..<4_000).map { _ in UInt8.random(in: 0...255, using: &random) }
            try Data(bytes).write(to: URL(filePath: bench.file))
            let journal = bench.journal()
            let id = try await bench.record(journal)
            let contents = try await journal.contents()
            #expect(contents.changes.map(\.id) == [id])
            #expect(contents.skippedLines > 0)
        }
    }

    @Test("a file far beyond the limit is read from its end, in whole lines and in time")
    func giantFile() async throws {
        let bench = try JournalBench()
        try bench.write(Self.intent("first") + "\n")
        truncate(bench.file, 100 << 20)
        let file = try FileHandle(forWritingTo: URL(filePath: bench.file))
        try file.seekToEnd()
        for number in 0..<40_000 {
            try file.write(contentsOf: Data("\n\(Self.intent("i\(number)"))".utf8))
        }
        try file.close()
        let start = ContinuousClock.now
        let journal = bench.journal()
        let contents = try await journal.contents()
        #expect(contents.changes.last?.id.text == "i39999")
        #expect(contents.changes.count > 10_000 && contents.skippedLines == 0)
        #expect(ContinuousClock.now - start < .seconds(10))
        // And the next change begins a new file.
        try await bench.record(journal)
        #expect(try bench.text().utf8.count < 2_000)
    }

    @Test("millions of short lines take no longer than one file of changes", arguments: ["{", "x"])
    func shortLines(_ line: String) async throws {
        let text = String(repeating: line + "\n", count: 4 << 20)
        let start = ContinuousClock.now
        let contents = try await contents(text)
        #expect(contents.skippedLines == 4 << 20)
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test("the longest change that a guest can need is written and read")
    func longestChange() async throws {
        let bench = try JournalBench()
        let even = CPUMap(stride(from: 0, through: 4094, by: 2))
        let odd = CPUMap(stride(from: 1, through: 4095, by: 2))
        let all = even.union(odd)
        let targets = try VCPUTargets(online: odd, offline: even)
        let before = GuestVCPUs(vcpus: all, online: even, offlinable: odd, readAt: .now)
        let journal = bench.journal()
        let id = try await journal.changes(of: bench.guest).begin(
            ChangeIntent(requested: targets, planned: targets, before: before))
        let change = try #require(try await journal.contents()[id])
        #expect(change.requested == targets && change.before == RecordedMaps(before))
    }

    @Test("ids sort by time, and a clock that goes back or is before 1970 gives valid ones")
    func ids() {
        var last = ""
        for second in stride(from: 0.0, to: 4e9, by: 7_654_321) {
            let id = ChangeID.new(at: Date(timeIntervalSince1970: second)).text
            #expect(id > last)
            last = id
        }
        for time in [-1e12, -1, 0, 2e11, .infinity] {
            let id = ChangeID.new(at: Date(timeIntervalSince1970: time)).text
            #expect(UUID(uuidString: id) != nil, "\(time)")
        }
    }

    @Test("each id has a byte to lock, whatever its text is")
    func places() {
        for text in ["", "-", "x", "ffffffff-ffff-ffff-ffff-ffffffffffff", "٣٣٣", "\u{FF11}"] {
            #expect(ChangeID(text).lockPlace > 0, "\(text)")
        }
        let places = (0..<10_000).map { _ in ChangeID.new(at: Date()).lockPlace }
        #expect(Set(places).count == places.count)
    }
}
