/// Finds the word that a misspelt one was meant to be.
enum NearestWord {
    /// The word that this one was probably meant to be; nil where none is near.
    static func of(_ text: String, among words: [String]) -> String? {
        let typed = Array(text.lowercased())
        guard !typed.isEmpty, typed.count <= 24 else { return nil }
        let ranked = words.map { (word: $0, distance: distance(typed, Array($0.lowercased()))) }
        // Of short words one character may be wrong: else anything would be near.
        guard let best = ranked.min(by: { $0.distance < $1.distance }),
            best.distance <= max(1, min(typed.count / 3, 2))
        else { return nil }
        return best.word
    }

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
