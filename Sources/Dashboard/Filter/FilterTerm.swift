internal import GuestVCPU

/// One comparison of a filter.
enum FilterTerm: Hashable, Sendable {
    /// A text of the guest has this small-letter text in it, or has not.
    case text(FilterField.Text, String, isWanted: Bool)
    /// A text of the guest matches a pattern, or does not.
    case pattern(FilterField.Text, NamePattern, isWanted: Bool)
    /// The guest is in a state that this small-letter word names, or is not.
    case word(FilterField.Words, String, isWanted: Bool)
    case number(SortKey<RosterGuest>, FilterComparison, Double)
    case flag(FilterFlag)

    /// Whether it holds of a guest.
    func holds(of subject: FilterSubject) -> Bool {
        let guest = subject.guest
        switch self {
        case .text(let field, let text, let isWanted):
            return field.value(of: guest).lowercased().contains(text) == isWanted
        case .pattern(let field, let pattern, let isWanted):
            return pattern.matches(field.value(of: guest)) == isWanted
        case .word(let field, let word, let isWanted):
            return field.words(of: guest).contains { $0.lowercased() == word } == isWanted
        case .number(let key, let comparison, let number):
            // What is not known is neither above nor below anything.
            guard case .number(let value) = key.value?(guest) else { return false }
            return comparison.holds(value, number)
        case .flag(let flag): return flag.holds(of: subject)
        }
    }
}

extension FilterTerm {
    /// What has to be read for it to be known.
    var needs: FleetNeeds {
        switch self {
        case .text, .pattern: []
        case .word(.problem, Condition.contradicted([]).word, _): .contradictions
        case .word: []
        case .number(let key, _, _): key.needs
        case .flag(let flag): flag.needs
        }
    }
}

/// A word of the filter that stands alone.
enum FilterFlag: String, Hashable, Sendable, CaseIterable {
    case problem, contradicted, pinned, marked

    fileprivate var needs: FleetNeeds {
        switch self {
        case .problem, .contradicted: .contradictions
        case .pinned: .hostCPUs
        case .marked: []
        }
    }

    fileprivate func holds(of subject: FilterSubject) -> Bool {
        switch self {
        case .problem: subject.guest.problem != nil
        case .contradicted: !subject.guest.contradicted.isEmpty
        case .pinned: subject.guest.pinning.map { $0.count > 0 } ?? false
        case .marked: subject.isMarked
        }
    }
}

/// How a term compares; the longer signs first, since the shorter begin them.
enum FilterComparison: String, Hashable, Sendable, CaseIterable {
    case notEqual = "!="
    case notMatching = "!~"
    case atLeast = ">="
    case atMost = "<="
    case equal = "="
    case matching = "~"
    case above = ">"
    case below = "<"

    /// Whether it holds of two numbers.
    fileprivate func holds(_ value: Double, _ number: Double) -> Bool {
        switch self {
        case .notEqual: value != number
        case .atLeast: value >= number
        case .atMost: value <= number
        case .equal: value == number
        case .above: value > number
        case .below: value < number
        case .matching, .notMatching: false
        }
    }
}
