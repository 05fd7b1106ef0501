internal import GuestVCPU
internal import Journal

/// What `log` prints: a table, one line a change.
enum LogText {
    static func lines(_ changes: [RecordedChange]) -> [String] {
        guard !changes.isEmpty else { return [] }
        var table = TextTable(header: ["TIME", "ID", "USER", "GUEST", "CHANGE", "OUTCOME"])
        let sources = Dictionary(grouping: changes, by: \.guest)
            .mapValues { Set($0.map(\.source)).count }
        for change in changes {
            // Guests of several sources can have one name.
            let isAmbiguous = sources[change.guest, default: 1] > 1
            table.add([
                LocalTime.text(change.time), change.id.short, change.authorText,
                isAmbiguous ? "\(change.source)/\(change.guest)" : change.guest,
                change.changeText, change.outcomeText,
            ])
        }
        return table.lines
    }
}
