internal import GuestVCPU
internal import Journal

/// What `log` prints: a table, one line a change.
enum LogText {
    static func lines(_ changes: [RecordedChange]) -> [String] {
        var table = TextTable(header: ["TIME", "ID", "USER", "GUEST", "CHANGE", "OUTCOME"])
        for change in changes {
            table.add([
                LocalTime.text(change.time), change.shortID, change.authorText, change.guest,
                change.changeText, change.outcomeText,
            ])
        }
        return table.lines
    }
}

extension RecordedChange {
    /// The end of the id, which is random and so of its own; `revert` takes it for the id.
    var shortID: String { String(id.text.suffix(8)) }
}
