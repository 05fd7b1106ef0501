internal import CanvasKit

extension Canvas {
    /// Draws the cell of a vCPU.
    mutating func draw(_ id: Int, _ lens: GuestLens, column: Int, row: Int) {
        let face = lens.face(of: id)
        draw(face.glyph(in: glyphs), column: column, row: row, style: lens.style(of: id, face))
    }
}
