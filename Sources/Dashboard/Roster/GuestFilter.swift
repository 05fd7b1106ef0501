internal import GuestVCPU

/// Which guests are listed: those of which every term of a text holds.
///
/// Terms stand between blanks. One without a comparison is looked for in the name; the others
/// compare a field: `state=paused`, `source=agent:`, `offline>0`, `agent!=ok`,
/// `problem=contradicted`. Words are those that the screen shows.
struct GuestFilter: Hashable {
    /// What a term compares.
    enum Field: Hashable {
        case name, source, state, agent, problem
        /// A number that the guests can be ordered by.
        case number(SortKey<RosterGuest>)

        static let all =
            [.name, .source, .state, .agent, .problem]
            + FleetColumns.sortKeys.filter { $0.filterWord != nil }.map(Field.number)

        /// The word before the comparison.
        var word: String {
            switch self {
            case .name: "name"
            case .source: "source"
            case .state: "state"
            case .agent: "agent"
            case .problem: "problem"
            case .number(let key): key.filterWord ?? key.name
            }
        }
    }

    /// How it compares; the longer signs first, since the shorter begin them.
    enum Comparison: String, CaseIterable {
        case notEqual = "!="
        case atLeast = ">="
        case atMost = "<="
        case equal = "="
        case above = ">"
        case below = "<"
    }

    /// Why a text is no filter.
    struct Problem: Error, Hashable {
        /// Where the term with the problem begins, in characters, the first being 1.
        let column: Int
        let text: String
    }

    private enum Term: Hashable {
        /// The name or the source has the text in it, or has not.
        case text(Field, String, isWanted: Bool)
        /// The state or the agent's status is this word, or is not.
        case word(Field, String, isWanted: Bool)
        case number(SortKey<RosterGuest>, Comparison, Double)
    }

    /// The text as it was typed.
    let text: String
    private let terms: [Term]

    /// A filter that lets every guest through.
    static let none = GuestFilter()

    private init() {
        text = ""
        terms = []
    }

    /// Reads a filter.
    init(_ text: String) throws(Problem) {
        var terms: [Term] = []
        var column = 1
        for part in text.split(separator: " ", omittingEmptySubsequences: false) {
            if !part.isEmpty { terms.append(try Self.term(part, column: column)) }
            column += part.count + 1
        }
        self.terms = terms
        self.text = text.split(separator: " ").joined(separator: " ")
    }

    /// Whether every guest is let through.
    var isEmpty: Bool { terms.isEmpty }

    /// Whether a guest is let through.
    func matches(_ member: RosterGuest) -> Bool {
        terms.allSatisfy { Self.holds($0, of: member) }
    }

    private static func term(_ text: Substring, column: Int) throws(Problem) -> Term {
        guard let start = text.firstIndex(where: { "!=<>".contains($0) }) else {
            return .text(.name, text.lowercased(), isWanted: true)
        }
        func problem(_ text: String) -> Problem { Problem(column: column, text: text) }
        let name = text[..<start].lowercased()
        guard let field = Field.all.first(where: { $0.word == name }) else {
            let names = Field.all.map(\.word).joined(separator: ", ")
            throw problem("no field '\(text[..<start])'; there are \(names)")
        }
        let rest = text[start...]
        guard let comparison = Comparison.allCases.first(where: { rest.hasPrefix($0.rawValue) })
        else { throw problem("'!' is followed by '='") }
        let value = rest.dropFirst(comparison.rawValue.count).lowercased()
        guard !value.isEmpty else { throw problem("a value is missing") }
        guard case .number(let key) = field else {
            guard comparison == .equal || comparison == .notEqual else {
                throw problem("'\(field.word)' takes = or !=")
            }
            let isWanted = comparison == .equal
            guard let words = field.words else { return .text(field, value, isWanted: isWanted) }
            guard words.contains(where: { $0.lowercased() == value }) else {
                throw problem("'\(field.word)' is \(words.joined(separator: ", "))")
            }
            return .word(field, value, isWanted: isWanted)
        }
        guard let number = Double(value), number.isFinite else {
            throw problem("'\(field.word)' is compared with a number")
        }
        return .number(key, comparison, number)
    }

    private static func holds(_ term: Term, of member: RosterGuest) -> Bool {
        switch term {
        case .text(let field, let text, let isWanted):
            let whole = field == .name ? member.state.id.name : member.state.id.source.name
            return whole.lowercased().contains(text) == isWanted
        case .word(let field, let word, let isWanted):
            return words(of: member, in: field).contains { $0.lowercased() == word } == isWanted
        case .number(let key, let comparison, let number):
            // What is not known is neither above nor below anything.
            guard case .number(let value) = key.value?(member) else { return false }
            return comparison.holds(value, number)
        }
    }
}

extension GuestFilter {
    /// The words that the screen has for a field of a guest.
    private static func words(of member: RosterGuest, in field: Field) -> [String] {
        switch field {
        case .state: [member.isGone ? "gone" : member.state.runState.rawValue]
        case .agent: [member.statusText(short: false), member.statusText(short: true)]
        case .problem: member.conditions.filter(\.isProblem).map(\.word)
        case .name, .source, .number: []
        }
    }
}

extension GuestFilter.Field {
    /// The words that the field can be; nil where it can be anything.
    fileprivate var words: [String]? {
        switch self {
        case .state: ["running", "paused", "suspended", "shutdown", "crashed", "unknown", "gone"]
        case .agent:
            ["ok", "pending"] + AgentError.Kind.allCases.flatMap { [$0.rawValue, $0.shortName] }
                + ["gone", "down"]
        case .problem:
            ["gone", "down", "paused", "suspended", "shutdown", "crashed"]
                + AgentError.Kind.allCases.map(\.rawValue)
                + ["contradicted", "unseen", "unused"]
        case .name, .source, .number: nil
        }
    }
}

extension GuestFilter.Comparison {
    fileprivate func holds(_ value: Double, _ number: Double) -> Bool {
        switch self {
        case .notEqual: value != number
        case .atLeast: value >= number
        case .atMost: value <= number
        case .equal: value == number
        case .above: value > number
        case .below: value < number
        }
    }
}
