/// Takes the text of a filter apart.
///
/// Blanks and parentheses separate; a parenthesis inside a word belongs to it as far as it is
/// balanced, so that `web(1)` and `name~^(a|b)$` need no quotes. A quote, single or double, opens
/// where a word or a value begins, or right after another quoted piece; up to the next of its kind
/// every character stands for itself.
struct FilterLexer {
    private let characters: [Character]
    private var index = 0

    /// The longest filter, in characters.
    static let limit = 1_000

    init(_ text: String) throws(FilterProblem) {
        characters = Array(text.prefix(Self.limit + 1))
        guard characters.count <= Self.limit else {
            throw FilterProblem(Self.limit + 1, "a filter has at most \(Self.limit) characters")
        }
    }

    /// The column of the next character, the first being 1.
    private var column: Int { index + 1 }

    private func peek(_ distance: Int = 0) -> Character? {
        characters.indices.contains(index + distance) ? characters[index + distance] : nil
    }

    /// The next piece and its column; nil at the end.
    mutating func next() throws(FilterProblem) -> (token: FilterToken, column: Int)? {
        while peek()?.isBlank == true { index += 1 }
        let start = column
        switch peek() {
        case nil: return nil
        case "(":
            index += 1
            return (.open, start)
        case ")":
            index += 1
            return (.close, start)
        default: break
        }
        let word = try word()
        if !word.isQuoted, word.comparison == nil,
            let keyword = FilterToken(keyword: word.head.string)
        {
            return (keyword, start)
        }
        return (.word(word), start)
    }

    /// The column after the last character.
    var end: Int { characters.count + 1 }

    private mutating func word() throws(FilterProblem) -> FilterWord {
        var word = FilterWord()
        (word.head, word.isQuoted) = try text { character, text in
            // `not(web)` is `not (web)`.
            character == "(" && FilterToken(keyword: text.string) != nil
                || "!=<>~".contains(character)
        }
        guard !word.isQuoted, let sign = peek(), "!=<>~".contains(sign) else { return word }
        word.comparisonColumn = column
        let rest = String(characters[index...].prefix(2))
        guard
            let comparison = FilterComparison.allCases.first(where: { rest.hasPrefix($0.rawValue) })
        else { throw FilterProblem(column, "'!' is followed by '=' or '~'") }
        word.comparison = comparison
        index += comparison.rawValue.count
        word.value = try text { _, _ in false }.text
        return word
    }

    /// A text up to a blank, or to a parenthesis that closes nothing in it.
    ///
    /// - Parameter isEnd: What else ends it, outside of quotes.
    private mutating func text(
        until isEnd: (Character, FilterText) -> Bool
    ) throws(FilterProblem) -> (text: FilterText, isQuoted: Bool) {
        var text = FilterText()
        var isQuoted = false
        while let quote = peek(), quote == "'" || quote == "\"" {
            isQuoted = true
            let start = column
            index += 1
            while let character = peek(), character != quote { append(character, to: &text) }
            guard peek() != nil else { throw FilterProblem(start, "\(quote) has no end") }
            index += 1
        }
        var depth = 0
        while let character = peek(), !character.isBlank {
            if !isQuoted, isEnd(character, text) { break }
            if character == "\\", let next = peek(1), next == "(" || next == ")" {
                append(character, to: &text)
                append(next, to: &text)
                continue
            }
            if character == "(" { depth += 1 }
            if character == ")" {
                guard depth > 0 else { break }
                depth -= 1
            }
            append(character, to: &text)
        }
        text.end = column
        return (text, isQuoted)
    }

    private mutating func append(_ character: Character, to text: inout FilterText) {
        text.append(character, column: column)
        index += 1
    }
}

extension Character {
    /// Whether it separates the words of a filter: a command line can have other blanks than a prompt.
    var isBlank: Bool { isASCII && isWhitespace }
}
