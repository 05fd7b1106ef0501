import GuestVCPU

@testable import Journal

extension FuzzTarget {
    /// Any bytes are a journal: what can be read is in order, and the rest is counted.
    static let journal = FuzzTarget("journal", longest: 8192) { bytes in
        let places = Set([ChangeID("a").lockPlace])
        let contents = JournalContents(JournalFolder.Reading(lines: bytes, underWay: places))
        let lines = bytes.split(separator: UInt8(ascii: "\n")).count
        try require(
            contents.changes.count + contents.skippedLines <= lines, "more changes than lines")
        try require(
            Set(contents.changes.map(\.id)).count == contents.changes.count, "an id twice")
        for change in contents.changes {
            try require(contents[change.id] == change, "\(change.id) is found elsewhere")
            try require(
                !change.isUnderWay || change.end == nil && places.contains(change.id.lockPlace),
                "\(change.id) is under way")
            try require(
                change.planned.online.isDisjoint(with: change.planned.offline), "\(change.planned)")
            try require(change.before.online.isSubset(of: change.before.vcpus), "\(change.before)")
            try require(!change.outcome.isEmpty, "no outcome")
        }
    }
}
