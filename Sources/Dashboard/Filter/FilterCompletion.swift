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
        let last = Self.lastWord(of: text)
        let before = text.dropLast(last.count)
        let start = last.firstIndex { "!=<>~".contains($0) } ?? last.endIndex
        let head = last[..<start]
        let sign = last[start...].prefix { "!=<>~".contains($0) }
        let value = last[start...].dropFirst(sign.count)
        let isValue = start < last.endIndex
        let words = isValue ? Self.values(of: head, sources) : Self.words
        let begun = isValue ? value : head
        let known = words.filter { $0.lowercased().hasPrefix(begun.lowercased()) }
        guard let first = known.first, !last.contains(where: { "\"'".contains($0) }) else {
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

    /// What stands after the last blank or parenthesis.
    private static func lastWord(of text: String) -> Substring {
        let start = text.lastIndex { $0 == " " || $0 == "(" }
        return text[(start.map(text.index(after:)) ?? text.startIndex)...]
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
