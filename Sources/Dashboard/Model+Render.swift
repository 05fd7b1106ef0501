package import CanvasKit

extension Model {
    /// Draws what there is to see at a moment.
    package func render(at moment: Moment) -> Canvas {
        let frame = Frame(self, at: moment)
        var canvas = Canvas(size: frame.size, glyphs: frame.glyphs)
        guard !shared.isTiny else {
            frame.drawSummaryLine(on: &canvas)
            return canvas
        }
        frame.drawHeader(on: &canvas)
        if let detail {
            detail.draw(frame, on: &canvas)
        } else if let host {
            host.draw(frame, on: &canvas)
        } else {
            fleet.draw(frame, on: &canvas)
        }
        frame.drawStatusLine(on: &canvas)
        frame.drawFooter(on: &canvas)
        frame.drawPage(on: &canvas)
        return canvas
    }
}

extension Frame {
    /// The one line of a screen that is too small.
    fileprivate func drawSummaryLine(on canvas: inout Canvas) {
        if model.context == .leave {
            canvas.write(
                "not finished: y quits, Esc stays", column: 0, row: 0, style: Style(.warning))
            return
        }
        let totals = roster.totals
        let marks = shared.marks
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
