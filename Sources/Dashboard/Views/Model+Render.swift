extension Model {
    /// Draws what there is to see.
    public func render() -> Canvas {
        var canvas = Canvas(size: size, glyphs: options.glyphs)
        guard !isTiny else {
            drawSummaryLine(on: &canvas)
            return canvas
        }
        drawHeader(on: &canvas)
        switch screen {
        case .fleet: drawFleet(on: &canvas)
        case .detail(let guest): drawDetail(of: guest, on: &canvas)
        }
        drawStatusLine(on: &canvas)
        drawFooter(on: &canvas)
        drawDialog(on: &canvas)
        return canvas
    }

    /// All that fits where nothing else does.
    private func drawSummaryLine(on canvas: inout Canvas) {
        if case .leave = dialogs.last {
            canvas.write(
                "not finished: y quits, Esc stays", column: 0, row: 0, style: Style(.warning))
            return
        }
        let totals = fleet.totals
        var pieces = [
            [Span("\(totals.online)/\(totals.vcpus) online")],
            [Span("\(totals.guests) guests")],
        ]
        if !marks.isEmpty { pieces.insert([Span("\(marks.count) marked", .warning)], at: 1) }
        if let cores = totals.cores { pieces.append([Span("\(cores.coresText) cores")]) }
        pieces.append([Span("enlarge to 40x8", .faint)])
        canvas.write(
            fitting: pieces, separator: Span(" "), column: 0, row: 0, width: size.columns)
    }
}
