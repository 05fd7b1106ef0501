internal import CanvasKit
internal import GuestVCPU

extension Model {
    /// What is being typed, with the caret, and what is wrong with it.
    ///
    /// - Returns: Whether something is being typed.
    func drawPrompt(on canvas: inout Canvas, row: Int) -> Bool {
        switch dialogs.last {
        case .search(let prompt):
            let problem = prompt.isFound ? nil : "no guest's name has this in it"
            draw("search: ", prompt.text, problem, on: &canvas, row: row)
        case .find(let prompt):
            draw(
                "find: ", prompt.text, prompt.isFound ? nil : "no line has this in it",
                on: &canvas, row: row)
        case .filter(let prompt):
            let problem = prompt.problem.map { "column \($0.column): \($0.text)" }
            draw("filter: ", prompt.text, problem, on: &canvas, row: row)
        case .count(let prompt):
            let online = roster[prompt.guest]?.onlineText ?? ""
            draw(
                "online vCPUs of \(shortName(of: prompt.guest)) (now \(online); all N: listed guests): ",
                prompt.text, nil,
                on: &canvas, row: row)
        case .markList(let prompt):
            draw(
                "mark in \(shortName(of: prompt.guest)) (+ - list, all): ", prompt.text,
                prompt.problem,
                on: &canvas, row: row)
        default: return false
        }
        return true
    }

    /// The end of a long text is what is shown: that is where the caret is.
    private func draw(
        _ label: String, _ text: String, _ problem: String?, on canvas: inout Canvas, row: Int
    ) {
        let glyphs = options.glyphs
        let complaint = problem ?? ""
        let labelColumns = min(label.columns(in: glyphs), max(size.columns - 12, 0))
        let wanted = size.columns - labelColumns - complaint.columns(in: glyphs) - 3
        let room = max(wanted, min(12, size.columns - labelColumns - 1))
        var tail = text[...]
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
