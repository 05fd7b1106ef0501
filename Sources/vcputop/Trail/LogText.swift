internal import GuestVCPU
internal import Journal

/// What `log` prints: a table, one line a change.
enum LogText {
    static func lines(_ changes: [RecordedChange]) -> [String] {
        guard !changes.isEmpty else { return [] }
        var table = TextTable(header: ["TIME", "ID", "USER", "GUEST", "CHANGE", "OUTCOME"])
        for change in changes {
            table.add([
                LocalTime.text(change.time), change.id.short, change.authorText, change.guest,
                change.changeText, change.outcomeText,
            ])
        }
        return table.lines
    }
}
