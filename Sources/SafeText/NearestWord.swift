/// Finds the word that a misspelt one was meant to be.
package enum NearestWord {
    /// The words in a question: `did you mean 'web1' or 'web2'?`; nil where no word is near, and
    /// where many are.
    package static func question(_ text: String, among words: [String]) -> String? {
        let nearest = all(text, among: words)
        guard (1...2).contains(nearest.count) else { return nil }
        return "did you mean \(nearest.map { "'\($0)'" }.joined(separator: " or "))?"
    }

    /// The words that this one was probably meant to be: those that are equally near.
    package static func all(_ text: String, among words: [String]) -> [String] {
        let typed = Array(text.lowercased().prefix(longest + 1))
        guard !typed.isEmpty, typed.count <= longest else { return [] }
        // Of short words one character may be wrong: else anything would be near.
        let allowed = max(1, min(typed.count / 3, 2))
        let ranked = words.compactMap { word -> (word: String, distance: Int)? in
            let characters = Array(word.lowercased().prefix(longest + allowed + 1))
            guard abs(characters.count - typed.count) <= allowed else { return nil }
            return (word, distance(typed, characters))
        }
        guard let least = ranked.map(\.distance).min(), least <= allowed else { return [] }
        return ranked.filter { $0.distance == least }.map(\.word)
    }

    /// The longest word that is looked for; a longer one is a text.
    private static let longest = 24

    /// How many characters have to be added, left out, replaced or swapped with the next.
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var last: [Int] = []
        var row = Array(0...other.count)
        for (place, character) in one.enumerated() {
            var next = [place + 1]
            for (index, wanted) in other.enumerated() {
                var cost = min(row[index] + (character == wanted ? 0 : 1), row[index + 1] + 1)
                cost = min(cost, next[index] + 1)
                if place > 0, index > 0, character == other[index - 1], one[place - 1] == wanted {
                    cost = min(cost, last[index - 1] + 1)
                }
                next.append(cost)
            }
            (last, row) = (row, next)
        }
        return row[other.count]
    }
}
