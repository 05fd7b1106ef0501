extension FleetColumns {
    /// The columns that every screen has room for are of this rank.
    private static let always = 1
    /// Of a column up to this rank a usual guest takes no notice, but a large one may share cells.
    private static let beforeLargeGuests = 4

    /// The widths of all columns but those that share what is left; 0 leaves a column out.
    ///
    /// Cells come before columns: a column is shown where the cells of usual guests have room
    /// beside it, and one of little importance where those of guests of 64 vCPUs have, too. A column
    /// that the user asks for is shown as long as there is room for one group of cells.
    ///
    /// - Parameter name: The width of the names at least.
    static func widths(
        in context: WidthContext, beside name: Int, _ choice: ColumnChoice
    ) -> [Int] {
        let needs = context.needs
        let usual = needs.groups(for: min(max(needs.usualSpan, 16), 64))
        let large = max(needs.groups(for: 64), usual)
        var widths = [Int](repeating: 0, count: all.count)
        var room = context.columns - 1 - (name + 1)
        func fits(_ width: Int, groups: Int, note: Int) -> Bool {
            width <= room - groups * (CellGroups.size + 1) - note
        }
        for place in byImportance {
            // No copy of a whole column: this runs for each key.
            let width = all[place].width.columns(in: context)
            let importance = all[place].importance
            let hasScreen = context.columns >= all[place].shownFrom
            guard width > 0 else { continue }
            let isShown =
                switch choice[FleetColumn.allCases[place]] {
                case true?: fits(width + 1, groups: 1, note: 4)
                case false?: false
                // It would say nothing, and take the room of others.
                case nil where FleetColumn.allCases[place] == .pinned && !needs.showsPinned: false
                case nil where importance == always: hasScreen
                case nil:
                    hasScreen
                        && fits(
                            width + 1, groups: importance > beforeLargeGuests ? large : usual,
                            note: 8)
                }
            guard isShown else { continue }
            widths[place] = width
            room -= width + 1
        }
        for place in all.indices where widths[place] > 0 && context.isWide {
            let stretch = all[place].width.stretch
            guard stretch > 0, fits(stretch, groups: large, note: 8) else { continue }
            widths[place] += stretch
            room -= stretch
        }
        return widths
    }

    /// The places of the columns, those of the same importance in their order.
    private static let byImportance = all.indices.sorted {
        (all[$0].importance, $0) < (all[$1].importance, $1)
    }
}
