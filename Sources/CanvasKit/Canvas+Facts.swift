extension Canvas {
    /// Writes facts, the most important first.
    ///
    /// Each is written whole, in the longest form that fits, or is left out; the end of a
    /// sentence, and of the first fact in its shortest form, is left out between two words.
    package mutating func write(_ facts: [Fact], column: Int, row: Int, width: Int) {
        let end = column + width
        var next = column
        for fact in facts {
            let start = next > column ? next + Self.factGap : next
            let room = end - start
            if let form = fact.forms.first(where: { $0.columns(in: glyphs) <= room }) {
                next = write(form, column: start, row: row, style: Style(fact.role))
            } else if next == column || fact.isSentence && room >= Self.leastSentence {
                let text = (fact.forms.last ?? "").cutBetweenWords(to: room, in: glyphs)
                write(text, column: start, row: row, width: room, style: Style(fact.role))
                return
            }
        }
    }

    /// Blanks between two facts.
    private static let factGap = 2
    /// A shorter part of a sentence says nothing.
    private static let leastSentence = 20
}
