internal import CanvasKit

/// What lies over the screen and takes the keys: a page or a prompt.
protocol Dialog: Sendable {
    /// The keys that are in force.
    var context: Context { get }
}

/// A dialog of lines that scroll.
protocol Page: Dialog {
    /// Which lines are shown, and what was found in them.
    var position: PagePosition { get set }
    /// Whether lines that are added at the end come into sight once the end is shown.
    var followsEnd: Bool { get }
    /// Follows what all share, after each event.
    mutating func follow(_ shared: SharedState)
    /// The lines, each of this width at the most.
    func content(_ frame: Frame, width: Int) -> PageContent
}

extension Page {
    var followsEnd: Bool { false }
    mutating func follow(_ shared: SharedState) {}
}

/// Which lines of a page are shown.
struct PagePosition: Hashable {
    /// The first line that is to be shown, which may lie past the last one that can be.
    var first = 0
    var found = FoundText()
}

/// What was looked for in a page.
struct FoundText: Hashable {
    var text = ""
    /// The line of the page's body where it was found last.
    var line: Int?
}

extension Model {
    /// Where in `dialogs` the page is that is shown; something may be typed above it.
    private var pageIndex: Int? { dialogs.lastIndex { $0 is any Page } }

    /// The page that is shown; nil where none lies over the screen.
    var page: (any Page)? {
        get { pageIndex.flatMap { dialogs[$0] as? any Page } }
        set {
            guard let pageIndex, let newValue else { return }
            dialogs[pageIndex] = newValue
        }
    }

    /// Scrolls the page.
    mutating func scroll(_ movement: Movement, at moment: Moment) {
        guard let page else { return }
        let view = Frame(self, at: moment).view(of: page)
        if var choice = page as? any ChoicePage {
            choice.select(movement, in: view)
            self.page = choice
            return
        }
        let step = max(view.visibleRows - 1, 1)
        let wanted =
            switch movement {
            case .up: view.start - 1
            case .down: view.start + 1
            case .pageUp: view.start - step
            case .pageDown: view.start + step
            case .home, .first: 0
            case .end, .last: view.lastStart
            case .left, .right: view.start
            }
        let isAtEnd = page.followsEnd && wanted >= view.lastStart
        self.page?.position.first = isAtEnd ? .max : min(max(wanted, 0), view.lastStart)
    }
}
