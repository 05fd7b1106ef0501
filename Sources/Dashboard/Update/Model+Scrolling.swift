extension Model {
    /// The keys of movement in a dialog.
    mutating func scroll(_ command: Command) {
        guard let content = dialogContent, let scroll = currentScroll else { return }
        let page = max(content.visibleRows(in: size) - 1, 1)
        switch command {
        case .up: currentScroll = scroll - 1
        case .down: currentScroll = scroll + 1
        case .pageUp: currentScroll = scroll - page
        case .pageDown: currentScroll = scroll + page
        case .home: currentScroll = 0
        case .end: currentScroll = content.body.count
        default: break
        }
    }

    /// Keeps the dialog from being scrolled past its ends.
    mutating func clampScroll() {
        guard let scroll = currentScroll, let content = dialogContent else { return }
        let last = max(content.body.count - content.visibleRows(in: size), 0)
        let clamped = min(max(scroll, 0), last)
        if clamped != scroll { currentScroll = clamped }
    }

    /// The first line that the uppermost dialog shows; nil where it does not scroll.
    private var currentScroll: Int? {
        get {
            switch dialogs.last {
            case .review(let review): review.scroll
            case .results(let scroll), .help(let scroll), .log(let scroll): scroll
            case .leave, .search, .filter, .count, .markList, nil: nil
            }
        }
        set {
            guard let newValue, let dialog = dialogs.last else { return }
            switch dialog {
            case .review: editReview { $0.scroll = newValue }
            case .results: dialogs[dialogs.count - 1] = .results(scroll: newValue)
            case .help: dialogs[dialogs.count - 1] = .help(scroll: newValue)
            case .log: dialogs[dialogs.count - 1] = .log(scroll: newValue)
            case .leave, .search, .filter, .count, .markList: break
            }
        }
    }
}
