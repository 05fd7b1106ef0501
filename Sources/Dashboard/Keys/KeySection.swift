/// The keys that are in force in some part of the dashboard, for the help and a manual.
package struct KeySection: Sendable {
    /// A line of the key table.
    package struct Entry: Hashable, Sendable {
        /// What the keys are called, printable: `up k`.
        package let label: String
        /// What they do.
        package let help: String
    }

    /// Where the keys are in force.
    package let title: String
    let contexts: Set<Context>
    /// In the order of the key table.
    let bindings: [KeyBinding]

    private init(_ title: String, _ contexts: Set<Context>) {
        self.title = title
        self.contexts = contexts
        bindings = KeyTable.bindings.filter { !$0.contexts.isDisjoint(with: contexts) }
    }

    /// What is said of the keys, in the order of the key table.
    package var keys: [Entry] { bindings.map { Entry(label: $0.label, help: $0.help) } }

    /// Every key, by where it is in force.
    package static let all = [
        KeySection("All guests, and one guest in detail", Context.grids),
        KeySection("The host's CPUs", [.host]),
        KeySection("The review", [.review]),
        KeySection("The results", [.results]),
        KeySection("The help, the log and the sources", [.help, .log, .sources]),
        KeySection("The orders", [.order]),
        KeySection("The columns", [.columns]),
        KeySection("Where something is typed", [.prompt]),
        KeySection("The question before quitting", [.leave]),
    ]
}
