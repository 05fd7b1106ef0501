internal import CanvasKit

/// The columns of the list of guests, to be shown or left out.
struct ColumnsPage: ChoicePage {
    var context: Context { .columns }
    var position = PagePosition()
    var selected = 0

    /// The column under the cursor.
    private var column: FleetColumn? {
        let all = FleetColumn.allCases
        return all.indices.contains(selected) ? all[selected] : nil
    }

    func content(_ frame: Frame, width: Int) -> PageContent {
        let glyphs = frame.glyphs
        let choice = frame.shared.preferences.columns
        let lines = zip(FleetColumn.allCases, FleetColumns.all).map { id, column -> [StyledText] in
            let isShown = frame.shared.isShown(id)
            let state =
                !ColumnChoice.isFree(id)
                ? "always"
                : isShown ? "" : choice[id] == false ? "left out" : "no room"
            let help = ColumnChoice.isFree(id) ? column.help?.text ?? "" : ""
            return [
                StyledText(frame.shared.isWanted(id) ? "[x] " : "[ ] ", isShown ? .key : .faint),
                StyledText(id.rawValue.padded(to: 8, in: glyphs)),
                StyledText(" \(state.padded(to: 9, in: glyphs))", .faint),
                StyledText(help, .faint),
            ]
        }
        return PageContent(title: "COLUMNS OF THE LIST OF GUESTS", body: PageBody(lines))
    }

    static let keys = [
        KeyBinding(
            [.character(" ")], "Spc", for: .see, name: "show/hide",
            help: "show the column, or leave it out",
            in: [.columns],
            disabled: { model in
                guard let column = (model.page as? ColumnsPage)?.column else { return "no column" }
                return ColumnChoice.isFree(column) ? nil : "the list says nothing without it"
            },
            change: { model in
                guard let column = (model.page as? ColumnsPage)?.column else { return }
                model.shared.preferences.columns[column] = !model.shared.isWanted(column)
            }),
        KeyBinding(
            [.character("r")], "r", for: .see, name: "reset",
            help: "show the columns that the width of the screen has room for", in: [.columns],
            change: { $0.shared.preferences.columns = ColumnChoice() }),
        KeyBinding(
            [.enter], "Enter", for: .see, name: "done", help: "back to the list", in: [.columns],
            change: { $0.dialogs.removeLast() }),
        KeyBinding(
            [.tab], "Tab", for: .see, name: "order", help: "choose the order", in: [.columns],
            disabled: { $0.shared.reasonOrderIsHeld },
            change: { model in
                model.dialogs.removeLast()
                model.dialogs.append(OrderPage(model))
            }),
    ]
}

extension SharedState {
    /// Whether a column has room in the list of guests, and is not left out.
    fileprivate func isShown(_ column: FleetColumn) -> Bool {
        let layout = FleetLayout(self)
        return zip(FleetColumn.allCases, layout.fields).contains { $0 == column && $1.width > 0 }
    }

    /// Whether the user asked for a column, or did not decide and it has room.
    fileprivate func isWanted(_ column: FleetColumn) -> Bool {
        preferences.columns[column] ?? isShown(column)
    }
}
