internal import CanvasKit

extension Frame {
    /// The keys that do something here and now, as many as fit; the ways out and the help are
    /// never pushed out by the others.
    func drawFooter(on canvas: inout Canvas) {
        let row = size.rows - 1
        var pieces: [[StyledText]] = []
        var last: [[StyledText]] = []
        for binding in KeyTable.bindings where binding.contexts.contains(model.context) {
            guard let name = binding.name, binding.reasonDisabled(in: model) == nil else {
                continue
            }
            let piece = [StyledText(binding.label, .key), StyledText(" \(name)")]
            if binding.isWayOut { last.append(piece) } else { pieces.append(piece) }
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
