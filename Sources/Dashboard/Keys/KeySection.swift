/// The keys of a task, for the help and a manual.
package struct KeySection: Sendable {
    /// A line of the key table.
    package struct Entry: Hashable, Sendable {
        /// What the keys are called, printable: `up k`.
        package let label: String
        /// What they do, and where, unless they do it on every screen.
        package let help: String
    }

    /// The task.
    package let title: String
    /// In the order of the key table.
    let bindings: [KeyBinding]

    /// The keys by task, without tasks that have none.
    static func sections(_ isListed: (KeyBinding) -> Bool) -> [KeySection] {
        KeyTask.allCases.compactMap { task in
            let bindings = KeyTable.bindings.filter { $0.task == task && isListed($0) }
            return bindings.isEmpty ? nil : KeySection(title: task.title, bindings: bindings)
        }
    }

    /// What is said of the keys, in the order of the key table.
    package var keys: [Entry] {
        bindings.map { Entry(label: $0.label, help: $0.helpWithPlaces) }
    }

    /// Every key.
    package static let all = sections { _ in true }
}

extension KeySection {
    /// What the terminal itself sends.
    package static let terminal = [
        Entry(label: "^Z", help: "suspend, when what is being changed has ended; fg comes back"),
        Entry(
            label: "^C", help: "end without asking; what is being changed is finished or undone"),
        Entry(
            label: "paste",
            help: "text up to its first line end where text is typed; elsewhere it is ignored, and "
                + "the status line says so"),
    ]
}

extension KeyBinding {
    /// What the keys do, and where, unless they do it on every screen.
    var helpWithPlaces: String { places.map { "\(help) (\($0))" } ?? help }

    /// Where the keys are in force, in words; nil for every screen.
    private var places: String? {
        if contexts.isSuperset(of: Context.screens) { return nil }
        var names: [String] = []
        if contexts.isSuperset(of: Context.pages) { names.append("pages that scroll") }
        for context in Context.allCases where contexts.contains(context) {
            if Context.pages.contains(context), !names.isEmpty, names[0] == "pages that scroll" {
                continue
            }
            if let place = context.place { names.append(place) }
        }
        return "in " + names.joined(separator: ", ")
    }
}

extension Context {
    /// What the help calls the place; nil where no key is described for it.
    var place: String? {
        switch self {
        case .tiny: nil
        case .fleet: "the list of guests"
        case .detail: "the detail of a guest"
        case .host: "the host's CPUs"
        case .review: "the review"
        case .results: "the results"
        case .help: "the help"
        case .log: "the log"
        case .sources: "the sources"
        case .doctor: "the diagnosis"
        case .leave: "the question before quitting"
        case .order: "the orders"
        case .columns: "the choice of columns"
        case .prompt: "a line that is typed"
        }
    }
}
