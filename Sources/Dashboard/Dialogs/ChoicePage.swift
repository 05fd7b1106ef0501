/// A page with a cursor on its lines, of which each is a choice.
protocol ChoicePage: Page {
    /// The line of the body under the cursor.
    var selected: Int { get set }
}

extension ChoicePage {
    /// Moves the cursor.
    mutating func select(_ movement: Movement, in view: PageView) {
        let step = max(view.visibleRows - 1, 1)
        let wanted =
            switch movement {
            case .up: selected - 1
            case .down: selected + 1
            case .pageUp: selected - step
            case .pageDown: selected + step
            case .home, .first: 0
            case .end, .last: view.content.body.count
            case .left, .right: selected
            }
        selected = min(max(wanted, 0), max(view.content.body.count - 1, 0))
        position.first = view.start(showing: selected)
    }
}
