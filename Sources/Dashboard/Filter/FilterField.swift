internal import GuestVCPU

/// What a term of a filter compares.
enum FilterField: Hashable, Sendable {
    case text(Text)
    case words(Words)
    /// A number that the guests can be ordered by.
    case number(SortKey<RosterGuest>)

    /// A text of the guest, of which a part or a pattern is looked for.
    enum Text: String, Hashable, Sendable, CaseIterable {
        case name, source, host
    }

    /// What the screen has words for.
    enum Words: String, Hashable, Sendable, CaseIterable {
        case state, agent, problem
    }

    static let all =
        Text.allCases.map(Self.text) + Words.allCases.map(Self.words)
        + FleetColumns.sortKeys.filter { $0.filterWord != nil }.map(Self.number)

    /// The word before the comparison.
    var word: String {
        switch self {
        case .text(let text): text.rawValue
        case .words(let words): words.rawValue
        case .number(let key): key.filterWord ?? key.name
        }
    }

    /// The comparisons that make sense.
    var comparisons: [FilterComparison] {
        switch self {
        case .text: [.equal, .notEqual, .matching, .notMatching]
        case .words: [.equal, .notEqual]
        case .number: [.equal, .notEqual, .below, .atMost, .above, .atLeast]
        }
    }
}

extension FilterField.Text {
    /// The guest's text.
    func value(of guest: RosterGuest) -> String {
        switch self {
        case .name: guest.state.id.name
        case .source: guest.state.id.source.name
        case .host: guest.state.id.source.host
        }
    }
}

extension FilterField.Words {
    /// The words that the screen has for a guest, the long and the short ones.
    func words(of guest: RosterGuest) -> [String] {
        switch self {
        case .state: [guest.isGone ? "gone" : guest.state.runState.rawValue]
        case .agent: [guest.statusText(short: false), guest.statusText(short: true)]
        case .problem: guest.conditions.filter(\.isProblem).map(\.word)
        }
    }

    /// All words that there can be.
    var all: [String] {
        let kinds = AgentError.Kind.allCases
        return switch self {
        case .state: RunState.allCases.map(\.rawValue) + ["gone"]
        case .agent:
            ["ok", "pending"] + kinds.map(\.rawValue)
                + kinds.map(\.shortName).filter { short in !kinds.contains { $0.rawValue == short }
                }
                + ["gone", "down"]
        case .problem:
            ["gone", "down", "paused", "suspended", "shutdown", "crashed"] + kinds.map(\.rawValue)
                + ["contradicted", "unseen", "left-offline"]
        }
    }
}
