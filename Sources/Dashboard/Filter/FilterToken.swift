/// A piece of a filter's text.
enum FilterToken: Hashable {
    case open, close
    case and, or, not
    /// A text, or a field's word with a comparison.
    case word(FilterWord)

    /// The keyword that a bare text is.
    init?(keyword: String) {
        switch keyword.lowercased() {
        case "and": self = .and
        case "or": self = .or
        case "not": self = .not
        default: return nil
        }
    }
}

/// A term of a filter's text, before it is known what its words mean.
struct FilterWord: Hashable {
    /// What stands before the comparison, or the whole text where there is none.
    var head = FilterText()
    /// Whether a part of the head was quoted: then it is a text, whatever it says.
    var isQuoted = false
    var comparison: FilterComparison?
    /// Where the comparison is.
    var comparisonColumn = 0
    /// What stands after the comparison.
    var value = FilterText()
}

/// A part of a filter's text without its quotes.
struct FilterText: Hashable {
    private(set) var characters: [Character] = []
    /// Where each character is in the filter, the first being 1.
    private var columns: [Int] = []
    /// Where the text ends, in characters of the filter.
    var end = 0

    var string: String { String(characters) }

    /// Where a character of the text is in the filter, or would be.
    func column(at index: Int) -> Int { columns.indices.contains(index) ? columns[index] : end }

    mutating func append(_ character: Character, column: Int) {
        characters.append(character)
        columns.append(column)
    }
}
