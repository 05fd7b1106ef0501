extension Model {
    /// The keys of movement in a dialog.
    mutating func scroll(_ command: Command) {
        guard let content = dialogContent else { return }
        let last = lastScroll(of: content)
        let start = min(max(currentScroll ?? 0, 0), last)
        let page = max(content.visibleRows(in: size) - 1, 1)
        let wanted =
            switch command {
            case .up: start - 1
            case .down: start + 1
            case .pageUp: start - page
            case .pageDown: start + page
            case .home: 0
            case .end: last
            default: start
            }
        currentScroll = min(max(wanted, 0), last)
        // At the end of the log, follow new entries.
        if case .log = dialogs.last, wanted >= last { currentScroll = .max }
    }

    private func lastScroll(of content: DialogContent) -> Int {
        max(content.body.count - content.visibleRows(in: size), 0)
    }

    /// The first line that the uppermost dialog really shows.
    var clampedScroll: Int {
        guard let content = dialogContent else { return 0 }
        return min(max(currentScroll ?? 0, 0), lastScroll(of: content))
    }

    /// Where in `dialogs` the one is that is shown; a text to find is typed above it.
    var shownDialog: Int? {
        guard case .find = dialogs.last else { return dialogs.indices.last }
        return dialogs.count > 1 ? dialogs.count - 2 : nil
    }

    /// The first line that the dialog is to show, which may be past its end; nil where it does
    /// not scroll.
    var currentScroll: Int? {
        get {
            guard let shownDialog else { return nil }
            return switch dialogs[shownDialog] {
            case .review(let review): review.scroll
            case .results(let scroll), .help(let scroll), .log(let scroll), .sources(let scroll):
                scroll
            case .leave, .search, .find, .filter, .count, .markList: nil
            }
        }
        set {
            guard let newValue, let shownDialog else { return }
            switch dialogs[shownDialog] {
            case .review(var review):
                review.scroll = newValue
                dialogs[shownDialog] = .review(review)
            case .results: dialogs[shownDialog] = .results(scroll: newValue)
            case .help: dialogs[shownDialog] = .help(scroll: newValue)
            case .log: dialogs[shownDialog] = .log(scroll: newValue)
            case .sources: dialogs[shownDialog] = .sources(scroll: newValue)
            case .leave, .search, .find, .filter, .count, .markList: break
            }
        }
    }
}
