/// The keys that are in force in some part of the dashboard, for a manual.
package struct KeySection: Hashable, Sendable {
    /// A line of the key table.
    package struct Entry: Hashable, Sendable {
        /// What the keys are called, printable: `up k`.
        package let label: String
        /// What they do.
        package let help: String
    }

    /// Where the keys are in force.
    package let title: String
    /// In the order of the key table.
    package let keys: [Entry]

    /// Every key, by where it is in force.
    package static let all: [KeySection] = [
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
