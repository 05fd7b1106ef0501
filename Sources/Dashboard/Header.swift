internal import CanvasKit
internal import GuestVCPU
internal import SafeText

extension Frame {
    /// The line at the top: what is looked at, and how.
    func drawHeader(on canvas: inout Canvas) {
        let blank = Rectangle(column: 0, row: 0, columns: size.columns, rows: 1)
        canvas.clear(blank, style: Style(.title))
        let state = headerState
        let width = state.reduce(0) { $0 + $1.text.columns(in: glyphs) }
        let room = max(size.columns - width - 1, 0)
        let title = model.detail?.title(self) ?? model.host?.title(self) ?? model.fleet.title(self)
        canvas.write(title, column: 0, row: 0, width: room)
        let titleWidth = title.reduce(0) {
            $0 + ($1.forms.first?.columns(in: glyphs) ?? 0) + Self.titleGap
        }
        // Nothing else gives way to this.
        if shared.preferences.usesMouse, titleWidth + Self.mouse.utf8.count <= room {
            canvas.write(
                Self.mouse, column: room + 1 - Self.mouse.utf8.count, row: 0, style: Style(.title))
        }
        canvas.write(state, column: max(size.columns - width, 0), row: 0)
    }

    /// What says that clicks go to the program.
    private static let mouse = "MOUSE"
    private static let titleGap = 2

    /// The source of all guests, or how many there are.
    var sourceTitle: Fact {
        if let title = shared.options.title { return Fact(sentence: title, role: .title) }
        switch roster.sources.count {
        case 0: return Fact("no source", role: .title)
        case 1: return title(of: roster.sources[0].id)
        case let count: return Fact("\(count) sources", role: .title)
        }
    }

    func title(of source: SourceID) -> Fact {
        Fact(source.name.printable(limit: 200), source.place, role: .title)
    }

    private var headerState: [StyledText] {
        var spans: [StyledText] = []
        if model.isLeaving { spans.append(StyledText(" finishing\(glyphs.dots)", .warning)) }
        let clock = moment.clock.printable(limit: 20)
        let isFrozen = shared.isFrozen
        if shared.preferences.isPaused {
            let asOf = size.columns < 60 ? " " : " as of "
            let moment = isFrozen && !clock.isEmpty ? asOf + clock : ""
            spans.append(StyledText(" PAUSED\(moment)", .warning))
        }
        spans.append(
            StyledText(
                shared.options.isReadOnly ? " RO" : " RW",
                shared.options.isReadOnly ? .warning : .title))
        spans.append(StyledText(" \(shared.preferences.interval.intervalText)", .title))
        if !clock.isEmpty, !isFrozen { spans.append(StyledText(" \(clock)", .title)) }
        return spans
    }
}

extension GlyphSet {
    fileprivate var dots: String { self == .ascii ? "..." : "…" }
}
