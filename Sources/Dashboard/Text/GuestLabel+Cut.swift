internal import CanvasKit
internal import GuestVCPU
internal import SafeText

extension GuestLabel {
    /// The label in so many cells of the screen.
    func cut(to width: Int, in glyphs: GlyphSet) -> String {
        // Most labels fit, and that is seen without a look at each character.
        if columns <= width { return text }
        return cut(to: width, ellipsis: glyphs.ellipsis) { Glyph($0, in: glyphs).width }
    }
}
