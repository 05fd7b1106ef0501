internal import GuestVCPU
internal import SafeText

/// A filter with its last word completed as far as only one thing can be meant.
struct FilterCompletion: Hashable {
    /// The whole filter.
    let text: String
    /// What the word can be, where it can be more than one, and what can follow a field.
    let choices: [String]

    /// Completes the last word of a filter.
    ///
    /// - Parameter sources: The sources that the guests are of.
    init(of text: String, sources: [SourceID]) {
        let last = LastWord(of: text)
        let (before, head, sign) = (last.before, last.head, last.sign)
        let (isValue, begun) = (last.isValue, last.begun)
        let known = last.known(sources)
        guard let first = known.first, !last.hasQuotes else {
            self.text = text
            choices = []
            return
        }
        let common = known.dropFirst().reduce(first[...]) { common, word in
            common.commonPrefix(with: word)
        }
        // A field goes on with a comparison, all else is over.
        let isOver = known.count == 1 && (isValue || !FilterField.all.map(\.word).contains(first))
        let completed = begun.isEmpty && known.count > 1 ? begun : common
        self.text = before + (isValue ? head + sign : "") + completed + (isOver ? " " : "")
        let field = isValue ? nil : FilterField.all.first { $0.word == completed }
        choices = known.count > 1 ? known : field?.comparisons.map(\.rawValue) ?? []
    }
}

/// The last word of a filter, which is to be completed.
private struct LastWord {
    /// What stands before it.
    let before: Substring
    /// Its field, or all of it where there is no comparison.
    let head: Substring
    /// Its comparison; empty where there is none.
    let sign: Substring
    /// What stands after the comparison.
    let value: Substring
    let isValue: Bool
    let hasQuotes: Bool

    init(of text: String) {
        let start = text.lastIndex { $0 == " " || $0 == "(" }
        let last = text[(start.map(text.index(after:)) ?? text.startIndex)...]
        before = text[..<last.startIndex]
        let end = last.firstIndex { "!=<>~".contains($0) } ?? last.endIndex
        head = last[..<end]
        sign = last[end...].prefix { "!=<>~".contains($0) }
        value = last[end...].dropFirst(sign.count)
        isValue = end < last.endIndex
        hasQuotes = last.contains { "\"'".contains($0) }
    }

    /// The part that is completed.
    var begun: Substring { isValue ? value : head }

    /// The words that it can be.
    func known(_ sources: [SourceID]) -> [String] {
        let words = isValue ? Self.values(of: head, sources) : Self.words
        return words.filter { $0.lowercased().hasPrefix(begun.lowercased()) }
    }

    private static let words =
        FilterFlag.allCases.map(\.rawValue)
        + FilterField.all.map(\.word).filter { FilterFlag(rawValue: $0) == nil }
        + ["and", "or", "not"]

    private static func values(of head: Substring, _ sources: [SourceID]) -> [String] {
        let values: [String] =
            switch FilterField.all.first(where: { $0.word == head.lowercased() }) {
            case .words(let words)?: words.all
            case .text(.source)?: sources.map(\.name)
            case .text(.host)?: sources.map(\.host)
            case .text(.name)?, .number?, nil: []
            }
        var seen: Set<String> = []
        return values.filter { value in
            value.isPlain && !value.contains { " ()\"'".contains($0) }
                && seen.insert(value).inserted
        }
    }
}

extension Substring {
    /// The beginning that both have, in any case, as this one has it.
    fileprivate func commonPrefix(with other: String) -> Substring {
        let count = zip(self, other).prefix { $0.lowercased() == $1.lowercased() }.count
        return prefix(count)
    }
}

/// A filter that a text can become by one word more.
package struct FilterCandidate: Hashable, Sendable {
    /// The whole filter.
    package let text: String
    /// Whether a comparison or a value has to follow.
    package let isOpen: Bool

    /// The filters that a text can become; none where its last word is in quotes.
    package static func all(of text: String) -> [FilterCandidate] {
        let last = LastWord(of: text)
        guard !last.hasQuotes else { return [] }
        let known = last.known([])
        let lead =
            last.isValue ? String(last.before) + last.head + last.sign : String(last.before)
        return known.flatMap { word -> [FilterCandidate] in
            let field = last.isValue ? nil : FilterField.all.first { $0.word == word }
            let isWhole = field == nil || FilterFlag(rawValue: word) != nil
            var candidates = isWhole ? [FilterCandidate(text: lead + word, isOpen: false)] : []
            // Of one field that is meant, the comparisons can be said at once.
            if let field, known.count == 1 {
                candidates += field.comparisons.map {
                    FilterCandidate(text: lead + word + $0.rawValue, isOpen: true)
                }
            } else if !isWhole {
                candidates.append(FilterCandidate(text: lead + word, isOpen: true))
            }
            return candidates
        }
    }
}
