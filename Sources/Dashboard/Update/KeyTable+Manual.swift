/// The keys that are in force in some part of the dashboard, for a manual.
public struct KeySection: Hashable, Sendable {
    /// A line of the key table.
    public struct Entry: Hashable, Sendable {
        /// What the keys are called, printable: `up k`.
        public let label: String
        /// What they do.
        public let help: String
    }

    /// Where the keys are in force.
    public let title: String
    /// In the order of the key table.
    public let keys: [Entry]

    /// Every key, by where it is in force.
    public static let all: [KeySection] = [
        section("All guests, and one guest in detail", [.fleet, .detail]),
        section("The review", [.review]),
        section("The results", [.results]),
        section("The help, the log and the sources", [.help, .log, .sources]),
        section("Where something is typed", [.search, .filter, .count, .markList]),
        section("The question before quitting", [.leave]),
    ]

    private static func section(_ title: String, _ contexts: Set<Context>) -> KeySection {
        KeySection(
            title: title,
            keys: KeyTable.bindings.filter { !$0.contexts.isDisjoint(with: contexts) }
                .map { Entry(label: $0.label, help: $0.help) })
    }
}
