internal import CanvasKit

/// A key that the last line of the screen offers, and where.
struct FooterHint {
    let binding: KeyBinding
    let text: [StyledText]
    let width: Int
    fileprivate(set) var column = 0

    fileprivate init(_ binding: KeyBinding, _ name: String, _ glyphs: GlyphSet) {
        self.binding = binding
        text = [StyledText(binding.label, .key), StyledText(" \(name)")]
        width = text.reduce(0) { $0 + $1.text.columns(in: glyphs) }
    }
}

extension Frame {
    /// The keys that do something here and now, as many as fit, what fits the moment first; the
    /// ways out and the help are never pushed out by the others.
    var footerHints: [FooterHint] {
        var hints: [(rank: Int, hint: FooterHint)] = []
        var last: [FooterHint] = []
        for binding in KeyTable.bindings where binding.contexts.contains(model.context) {
            guard let name = binding.name, binding.reasonDisabled(in: model) == nil else {
                continue
            }
            let hint = FooterHint(binding, name, glyphs)
            if binding.isWayOut {
                last.append(hint)
            } else {
                hints.append((model.rank(of: binding), hint))
            }
        }
        let lastWidth = last.reduce(0) { $0 + $1.width + Self.hintGap } - Self.hintGap
        let end = max(size.columns - max(lastWidth, 0), 0)
        let ranked = (0...KeyBinding.lastRank).flatMap { rank in
            hints.filter { $0.rank == rank }.map(\.hint)
        }
        return place(ranked, in: 0..<max(end - Self.hintGap, 0))
            + place(last, in: end..<size.columns)
    }

    /// Blanks between two hints.
    private static let hintGap = 2

    /// Gives hints their columns, and leaves out those that do not fit.
    private func place(_ hints: [FooterHint], in columns: Range<Int>) -> [FooterHint] {
        var next = columns.lowerBound
        return hints.compactMap { hint in
            guard next + hint.width <= columns.upperBound else { return nil }
            var hint = hint
            hint.column = next
            next += hint.width + Self.hintGap
            return hint
        }
    }

    /// Draws the last line of the screen.
    func drawFooter(on canvas: inout Canvas) {
        for hint in footerHints {
            canvas.write(hint.text, column: hint.column, row: size.rows - 1)
        }
    }
}

extension KeyBinding {
    fileprivate static let lastRank = 2
}

extension Model {
    /// How early the footer names a key; 0 is the first, and keys of one rank stand in the order of
    /// the table.
    fileprivate func rank(of binding: KeyBinding) -> Int {
        if binding.isUrgent(self) { return 0 }
        return binding.task == .mark && !shared.marks.isEmpty ? 1 : KeyBinding.lastRank
    }
}
