internal import CanvasKit

extension Frame {
    /// What is being typed, with the caret, and what is wrong with it.
    ///
    /// The end of a long text is what is shown: that is where the caret is.
    func draw(_ prompt: any Prompt, on canvas: inout Canvas, row: Int) {
        let label = prompt.label(shared)
        let complaint = prompt.problem ?? prompt.hint ?? ""
        let role: Style.Role = prompt.problem == nil ? .faint : .warning
        let labelColumns = min(label.columns(in: glyphs), max(size.columns - 12, 0))
        // A hint gets what the text leaves, and a problem half of the line at most.
        let asked = prompt.problem == nil ? 0 : complaint.columns(in: glyphs) + 2
        let most = size.columns - labelColumns - 1
        let room = max(most - asked, min(size.columns / 2, most))
        var tail = prompt.text[...]
        while String(tail).columns(in: glyphs) > room { tail = tail.dropFirst() }
        let start = canvas.write(
            label, column: 0, row: row, width: labelColumns, style: Style(.key))
        let end = canvas.write(String(tail), column: start, row: row)
        if let column = prompt.problemColumn {
            let before = tail.prefix(max(column - 1 - (prompt.text.count - tail.count), 0))
            let place = start + String(before).columns(in: glyphs)
            canvas.restyle(Rectangle(column: place, row: row, columns: 1, rows: 1)) {
                $0 = Style(.warning, isUnderlined: true)
            }
        }
        canvas.caret = Position(column: min(end, size.columns - 1), row: row)
        canvas.write(
            complaint.isEmpty ? [] : [Fact(sentence: complaint, role: role)],
            column: end + 2, row: row, width: size.columns - end - 2)
    }
}
