package import CanvasKit

extension Model {
    /// Draws what there is to see.
    package func render() -> Canvas {
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
        let totals = roster.totals
        var pieces = [
            [StyledText("\(totals.online)/\(totals.vcpus) online")],
            [StyledText("\(totals.guests) guests")],
        ]
        if !marks.isEmpty { pieces.insert([StyledText("\(marks.count) marked", .warning)], at: 1) }
        if let cores = totals.cores { pieces.append([StyledText("\(cores.coresText) cores")]) }
        pieces.append([StyledText("enlarge to 40x8", .faint)])
        canvas.write(
            fitting: pieces, separator: StyledText(" "), column: 0, row: 0, width: size.columns)
    }
}
