internal import CanvasKit

extension OrderPage {
    static let keys = [
        KeyBinding(
            [.enter], "Enter", for: .see, name: "order",
            help:
                "order by the line under the cursor; where it is the order already, the other way "
                + "round", in: [.order],
            effects: { model, press in
                if let page = model.dialogs.last as? OrderPage {
                    model.choose(page.selected, on: page, at: press.moment)
                }
                return []
            }),
        KeyBinding(
            letters, "letter", for: .see, name: "order at once",
            canBeClicked: false, help: "order by the line of this letter",
            in: [.order],
            effects: { model, press in
                guard let page = model.dialogs.last as? OrderPage else { return [] }
                let choices = page.table.choices
                if let place = choices.firstIndex(where: { press.key == .character($0.letter) }) {
                    model.choose(place, on: page, at: press.moment)
                } else {
                    model.shared.warn("no order has this letter")
                }
                return []
            }),
        KeyBinding(
            [.tab], "Tab", for: .see, name: "columns", help: "choose which columns are shown",
            in: [.order],
            disabled: { model in
                (model.dialogs.last as? OrderPage)?.table == .guests
                    ? nil : "only of the list of guests"
            },
            change: { model in
                model.dialogs.removeLast()
                model.dialogs.append(ColumnsPage())
            }),
    ]

    private static let letters = Set(Table.allCases.flatMap(\.choices).map(\.letter)).sorted()
        .map(Key.character)
}

extension Model {
    /// Closes the page, and orders the table.
    fileprivate mutating func choose(_ place: Int, on page: OrderPage, at moment: Moment) {
        dialogs.removeLast()
        order(page.table, by: place, at: moment)
    }
}
