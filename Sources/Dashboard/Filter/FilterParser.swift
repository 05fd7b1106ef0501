internal import GuestVCPU

extension FilterExpression {
    /// Reads the text of a filter; one without a term is true of every guest.
    init(parsing text: String, hasMarks: Bool = true) throws(FilterProblem) {
        var parser = try FilterParser(text, hasMarks: hasMarks)
        self = try parser.whole()
    }
}

/// Turns the pieces of a filter into an expression: `or` of `and` of terms, of which a blank is an
/// `and` as well.
private struct FilterParser {
    private var lexer: FilterLexer
    private var current: (token: FilterToken, column: Int)?
    private let hasMarks: Bool

    /// How deeply expressions may be nested.
    private static let deepest = 50

    init(_ text: String, hasMarks: Bool) throws(FilterProblem) {
        self.hasMarks = hasMarks
        lexer = try FilterLexer(text)
        try advance()
    }

    private mutating func advance() throws(FilterProblem) { current = try lexer.next() }

    private var column: Int { current?.column ?? lexer.end }

    mutating func whole() throws(FilterProblem) -> FilterExpression {
        guard current != nil else { return .all([]) }
        let expression = try alternatives(depth: 0)
        // Only a parenthesis ends an expression early.
        guard current == nil else { throw FilterProblem(column, "')' has no '('") }
        return expression
    }

    private mutating func alternatives(depth: Int) throws(FilterProblem) -> FilterExpression {
        var parts = [try conjunction(depth: depth)]
        while current?.token == .or {
            try advance()
            parts.append(try conjunction(depth: depth))
        }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func conjunction(depth: Int) throws(FilterProblem) -> FilterExpression {
        var parts = [try operand(depth: depth)]
        while let token = current?.token, token != .or, token != .close {
            if token == .and { try advance() }
            parts.append(try operand(depth: depth))
        }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func operand(depth: Int) throws(FilterProblem) -> FilterExpression {
        guard depth < Self.deepest else { throw FilterProblem(column, "nested too deeply") }
        guard let (token, start) = current else {
            throw FilterProblem(column, "expected a term")
        }
        switch token {
        case .not:
            try advance()
            return .not(try operand(depth: depth + 1))
        case .open:
            try advance()
            let inner = try alternatives(depth: depth + 1)
            guard current?.token == .close else { throw FilterProblem(start, "'(' has no ')'") }
            try advance()
            return inner
        case .word(let word):
            let term = try FilterTerm(word, column: start)
            if term == .flag(.marked), !hasMarks { throw .marksElsewhere(column: start) }
            try advance()
            return .term(term)
        case .and, .or, .close:
            // A parenthesis that follows nothing may also be one too many.
            let sign = token == .and ? "and" : token == .or ? "or" : ")"
            throw FilterProblem(start, "expected a term before '\(sign)'")
        }
    }
}

extension FilterTerm {
    /// Finds out what a term's words mean.
    fileprivate init(_ word: FilterWord, column: Int) throws(FilterProblem) {
        let head = word.head.string
        guard let comparison = word.comparison else {
            if !word.isQuoted, let flag = FilterFlag(rawValue: head.lowercased()) {
                self = .flag(flag)
            } else {
                self = .text(.name, head.lowercased(), isWanted: true)
            }
            return
        }
        guard let field = FilterField.all.first(where: { $0.word == head.lowercased() }) else {
            throw .unknownField(head, column: column)
        }
        guard field.comparisons.contains(comparison) else {
            throw .comparison(of: field, column: word.comparisonColumn)
        }
        guard !word.value.characters.isEmpty else {
            throw .missingValue(of: field, column: word.value.end)
        }
        self = try Self.comparison(field, comparison, with: word.value)
    }

    private static func comparison(
        _ field: FilterField, _ comparison: FilterComparison, with value: FilterText
    ) throws(FilterProblem) -> FilterTerm {
        let isWanted = comparison == .equal || comparison == .matching
        let text = value.string.lowercased()
        switch field {
        case .text(let field) where comparison == .matching || comparison == .notMatching:
            return .pattern(field, try NamePattern(value), isWanted: isWanted)
        case .text(let field): return .text(field, text, isWanted: isWanted)
        case .words(let words):
            guard words.all.contains(where: { $0.lowercased() == text }) else {
                throw .unknownWord(value, of: words)
            }
            return .word(words, text, isWanted: isWanted)
        case .number(let key):
            let digits = text.hasSuffix("%") ? text.dropLast() : text[...]
            guard let number = Double(digits), number.isFinite else {
                throw .noNumber(value, for: field)
            }
            return .number(key, comparison, number)
        }
    }
}
