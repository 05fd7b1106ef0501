internal import CanvasKit

extension Frame {
    /// What is being typed, with the caret, and what is wrong with it.
    ///
    /// The end of a long text is what is shown: that is where the caret is.
    func draw(_ prompt: any Prompt, on canvas: inout Canvas, row: Int) {
        let label = prompt.label(shared)
        let complaint = prompt.problem ?? ""
        let labelColumns = min(label.columns(in: glyphs), max(size.columns - 12, 0))
        let wanted = size.columns - labelColumns - complaint.columns(in: glyphs) - 3
        let room = max(wanted, min(12, size.columns - labelColumns - 1))
        var tail = prompt.text[...]
        while String(tail).columns(in: glyphs) > room { tail = tail.dropFirst() }
        let start = canvas.write(
            label, column: 0, row: row, width: labelColumns, style: Style(.key))
        let end = canvas.write(String(tail), column: start, row: row)
        canvas.caret = Position(column: min(end, size.columns - 1), row: row)
        canvas.write(
            complaint.isEmpty ? [] : [Fact(sentence: complaint, role: .warning)],
            column: end + 2, row: row, width: size.columns - end - 2)
    }
}
