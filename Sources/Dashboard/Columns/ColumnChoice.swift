/// A column of the list of guests, by the name that a configuration can store.
enum FleetColumn: String, Hashable, Sendable, CaseIterable {
    // In the order that they stand in.
    case name, agent, age, online, plugged, cpu, wait, use, need, pinned, history, cells, note
}

/// The columns of the list of guests that the user wants to see.
///
/// A column that the user has not decided about is shown where the screen has room for it.
struct ColumnChoice: Hashable, Sendable {
    private var decisions: [FleetColumn: Bool] = [:]

    /// Creates a choice that leaves all to the width of the screen.
    init() {}

    /// Whether the user wants to see a column; nil where the width of the screen decides.
    subscript(column: FleetColumn) -> Bool? {
        get { decisions[column] }
        set { decisions[column] = Self.isFree(column) ? newValue : nil }
    }

    /// Whether the user can leave a column out: without names, cells and notes the list says nothing.
    static func isFree(_ column: FleetColumn) -> Bool {
        switch column {
        case .name, .cells, .note: false
        case .agent, .age, .online, .plugged, .cpu, .wait, .use, .need, .pinned, .history: true
        }
    }

    /// The choice as `StartView` reads it; nil where all is left to the width of the screen.
    var words: [String]? {
        guard !decisions.isEmpty else { return nil }
        let free = FleetColumn.allCases.filter(Self.isFree)
        if free.allSatisfy({ decisions[$0] != nil }) {
            return free.filter { decisions[$0] == true }.map(\.rawValue)
        }
        return [StartView.automatic]
            + free.compactMap { column in
                decisions[column].map { $0 ? column.rawValue : "-\(column.rawValue)" }
            }
    }
}
