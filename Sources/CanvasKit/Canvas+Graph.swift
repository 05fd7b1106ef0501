extension Canvas {
    /// Draws values over time as columns that stand on the last line of an area, the newest at its
    /// right end.
    ///
    /// - Parameters:
    ///   - values: 0 to 1, the oldest first; of more than there is room for the last ones. A column
    ///     is left blank where nothing is known.
    ///   - role: How a column of a value looks.
    package mutating func graph(
        _ values: [Double?], in area: Rectangle, role: (Double) -> Style.Role
    ) {
        let shown = values.suffix(max(area.columns, 0))
        let steps = glyphs.graphSteps.count
        for (offset, value) in shown.enumerated() {
            guard let value, value.isFinite, area.rows > 0 else { continue }
            let share = min(max(value, 0), 1)
            // The lowest step shows that something is known, even where the value is 0.
            let height = max(Int((share * Double(area.rows * steps)).rounded()), 1)
            let style = Style(role(share))
            let column = area.endColumn - shown.count + offset
            for row in 0..<area.rows {
                let step = min(height - row * steps, steps)
                guard step > 0 else { break }
                draw(
                    glyphs.graphSteps[step - 1], column: column, row: area.endRow - 1 - row,
                    style: style)
            }
        }
    }
}
