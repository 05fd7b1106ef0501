internal import SafeText

/// Why a text is no filter.
struct FilterProblem: Error, Hashable {
    /// Where the problem is, in characters, the first being 1.
    let column: Int
    let text: String

    init(_ column: Int, _ text: String) {
        self.column = column
        self.text = text
    }
}

extension FilterProblem {
    static func unknownField(_ name: String, column: Int) -> Self {
        let words = FilterField.all.map(\.word)
        let advice = NearestWord.question(name, among: words)
        return Self(
            column, "no field '\(name)'; \(advice ?? "there are \(words.joined(separator: ", "))")")
    }

    static func comparison(of field: FilterField, column: Int) -> Self {
        let signs = field.comparisons.map(\.rawValue)
        return Self(
            column,
            "'\(field.word)' takes \(signs.dropLast().joined(separator: ", ")) or \(signs.last ?? "=")"
        )
    }

    static func missingValue(of field: FilterField, column: Int) -> Self {
        switch field {
        case .text: Self(column, "expected a text")
        case .words(let words): Self(column, "expected one of \(words.all.joined(separator: ", "))")
        case .number: Self(column, "expected a number")
        }
    }

    static func unknownWord(_ value: FilterText, of words: FilterField.Words) -> Self {
        guard let question = NearestWord.question(value.string, among: words.all) else {
            return Self(
                value.column(at: 0), "'\(words.rawValue)' is \(words.all.joined(separator: ", "))")
        }
        return Self(
            value.column(at: 0),
            "'\(words.rawValue)' is never '\(value.string)'; \(question)")
    }

    static func noNumber(_ value: FilterText, for field: FilterField) -> Self {
        Self(value.column(at: 0), "'\(field.word)' is compared with a number")
    }

    static func marksElsewhere(column: Int) -> Self {
        Self(
            column,
            "'\(FilterFlag.marked.rawValue)' is for the dashboard: here no guest is marked")
    }
}
