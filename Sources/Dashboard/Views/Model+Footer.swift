internal import CanvasKit

extension Model {
    /// The keys that do something here and now, as many as fit; the ways out and the help are
    /// never pushed out by the others.
    func drawFooter(on canvas: inout Canvas) {
        let context = context
        let glyphs = options.glyphs
        let row = size.rows - 1
        var pieces: [[StyledText]] = []
        var last: [[StyledText]] = []
        for binding in KeyTable.bindings where binding.contexts.contains(context) {
            guard let name = binding.name, reasonAgainst(binding.command) == nil else { continue }
            let piece = [StyledText(binding.label, .key), StyledText(" \(name)")]
            switch binding.command {
            case .back, .showHelp, .quit: last.append(piece)
            default: pieces.append(piece)
            }
        }
        let lastWidth = last.reduce(0) { width, piece in
            piece.reduce(width + 2) { $0 + $1.text.columns(in: glyphs) }
        }
        let end = max(size.columns - max(lastWidth - 2, 0), 0)
        canvas.write(
            fitting: pieces, separator: StyledText("  "), column: 0, row: row,
            width: max(end - 2, 0))
        canvas.write(
            fitting: last, separator: StyledText("  "), column: end, row: row,
            width: size.columns - end)
    }
}
