internal import CanvasKit

/// Something by which the rows of a table are ordered, and guests are filtered.
struct SortKey<Row>: Sendable {
    /// The name on the screen, unique within a table.
    let name: String
    /// The word that the filter compares it by; nil where it cannot.
    let filterWord: String?
    /// The word that a command line orders by; unique within a table.
    let word: String
    /// The letter that chooses it among the orders of its table; nil for the first of its name that
    /// is free.
    let letter: Character?
    /// Whether the largest value comes first.
    let isDescending: Bool
    /// What has to be read for its values to be known.
    let needs: FleetNeeds
    /// Computes the value of a row, which is nil where it is not known; nil keeps the listed order.
    let value: (@Sendable (Row) -> SortValue?)?

    init(
        _ name: String, filterWord: String? = nil, word: String? = nil, letter: Character? = nil,
        isDescending: Bool = false, needs: FleetNeeds = [], value: (@Sendable (Row) -> SortValue?)?
    ) {
        self.name = name
        self.filterWord = filterWord
        self.word = word ?? filterWord ?? name
        self.letter = letter
        self.isDescending = isDescending
        self.needs = needs
        self.value = value
    }

    /// A key of numbers, the largest first.
    static func most(
        _ name: String, filterWord: String? = nil, letter: Character? = nil,
        needs: FleetNeeds = [], _ number: @escaping @Sendable (Row) -> Double?
    ) -> Self {
        Self(name, filterWord: filterWord, letter: letter, isDescending: true, needs: needs) {
            number($0).map(SortValue.number)
        }
    }

    /// A key of numbers, the smallest first.
    static func least(
        _ name: String, letter: Character? = nil, needs: FleetNeeds = [],
        _ number: @escaping @Sendable (Row) -> Double?
    ) -> Self {
        Self(name, letter: letter, needs: needs) { number($0).map(SortValue.number) }
    }
}

extension SortKey: Hashable {
    static func == (one: Self, other: Self) -> Bool { one.name == other.name }

    func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// A value that rows are ordered by; within a key all have the same case.
enum SortValue: Hashable, Comparable {
    case number(Double)
    case instant(ContinuousClock.Instant)
    /// A text, and a second one for rows whose first is equal.
    case text(String, String = "")
}

/// The order of the rows of a table.
struct SortOrder<Row>: Hashable, Sendable {
    var key: SortKey<Row>
    /// Whether the order is reversed.
    var isReversed = false

    /// The name on the screen.
    var name: String { isReversed ? "\(key.name), reversed" : key.name }

    /// Whether the largest value comes first.
    var comesLargestFirst: Bool { key.isDescending != isReversed }

    /// The same key, the other way round.
    var reversed: Self { Self(key: key, isReversed: !isReversed) }

    /// The order by a key that is chosen: this one reversed, where it is by that key already.
    func chosen(_ place: Int, among keys: [SortKey<Row>]) -> Self {
        guard keys.indices.contains(place), keys[place] != key else { return reversed }
        return Self(key: keys[place])
    }

    /// Sorts elements by the values of their rows.
    ///
    /// Elements with equal values keep their places, and those without a value come last either
    /// way.
    func sorted<Element>(_ elements: [Element], _ row: (Element) -> Row?) -> [Element] {
        guard let value = key.value else { return isReversed ? elements.reversed() : elements }
        let comesLargestFirst = comesLargestFirst
        // Each value is worked out once.
        let valued = elements.enumerated().map { place, element in
            (value: row(element).flatMap(value), place: place, element: element)
        }
        return valued.sorted { left, right in
            switch (left.value, right.value) {
            case (let one?, let other?) where one != other:
                return comesLargestFirst ? one > other : one < other
            case (nil, _?): return false
            case (_?, nil): return true
            default: return left.place < right.place
            }
        }.map(\.element)
    }
}

extension GlyphSet {
    /// The sign of an order's direction: down where the largest value comes first.
    func arrow(largestFirst: Bool) -> String {
        switch (self, largestFirst) {
        case (.ascii, true): "v"
        case (.ascii, false): "^"
        case (.unicode, true): "▼"
        case (.unicode, false): "▲"
        }
    }
}
