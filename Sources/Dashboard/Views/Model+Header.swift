internal import GuestVCPU

extension Model {
    /// The line at the top: what is looked at, and how.
    func drawHeader(on canvas: inout Canvas) {
        let blank = Rectangle(column: 0, row: 0, columns: size.columns, rows: 1)
        canvas.clear(blank, style: Style(.title))
        let state = headerState
        let width = state.reduce(0) { $0 + $1.text.columns(in: options.glyphs) }
        let room = max(size.columns - width - 1, 0)
        canvas.write(headerTitle, column: 0, row: 0, width: room)
        canvas.write(state, column: max(size.columns - width, 0), row: 0)
    }

    private var headerTitle: [Span] {
        var spans = [Span("vcputop", .title)]
        if case .detail(let guest) = screen {
            spans.append(Span(" > \(name(of: guest))", .title))
            if fleet.sources.count > 1 {
                spans.append(Span("  \(guest.source.printable(limit: 200))", .title))
            }
            if tableOrder != TableOrder(), !isMatrix {
                spans.append(Span("  by \(tableOrder.name)", .title))
            }
            return spans
        }
        if !fleet.filter.isEmpty {
            let count = "\(fleet.rows.count) of \(fleet.count)"
            spans.append(Span("  \(fleet.filter.text) (\(count))", .warning))
        }
        spans.append(Span("  \(sourceTitle)", .title))
        return spans
    }

    private var sourceTitle: String {
        if let title = options.title { return title }
        switch fleet.sources.count {
        case 0: return "no source"
        case 1: return fleet.sources[0].name.printable(limit: 200)
        case let count: return "\(count) sources"
        }
    }

    private var headerState: [Span] {
        var spans: [Span] = []
        if isLeaving { spans.append(Span(" finishing\(options.glyphs.dots)", .warning)) }
        let clock = shownClock.printable(limit: 20)
        if isPaused {
            let asOf = size.columns < 60 ? " " : " as of "
            let moment = isFrozen && !clock.isEmpty ? asOf + clock : ""
            spans.append(Span(" PAUSED\(moment)", .warning))
        }
        spans.append(
            Span(options.isReadOnly ? " RO" : " RW", options.isReadOnly ? .warning : .title))
        spans.append(Span(" \(interval.intervalText)", .title))
        if !clock.isEmpty, !isFrozen { spans.append(Span(" \(clock)", .title)) }
        return spans
    }
}

extension GlyphSet {
    fileprivate var dots: String { self == .ascii ? "..." : "…" }
}
