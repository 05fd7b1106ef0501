internal import CanvasKit

/// The columns of the results, by the width of their lines.
struct ResultColumns {
    let width: Int
    let name: Int
    let result = 12
    let done: Int
    let time: Int

    /// - Parameter longestName: Cells that the longest name takes: names get what is free beside
    ///   a change of usual length.
    init(width: Int, longestName: Int) {
        self.width = width
        let usual = width < 60 ? 10 : width < 100 ? 16 : 28
        done = width < 60 ? 0 : 10
        time = width < 60 ? 0 : 7
        let free = width - (result + done + time + 2) - ReviewColumns.usualChange
        name = min(max(longestName, 5), max(usual, free))
    }

    var change: Int { max(width - name - result - done - time - 2, 8) }

    func head(_ glyphs: GlyphSet) -> String {
        "GUEST".padded(to: name, in: glyphs) + " " + "RESULT".padded(to: result, in: glyphs)
            + "DONE".padded(to: done, in: glyphs) + "TIME".padded(to: time, in: glyphs) + " CHANGE"
    }
}
