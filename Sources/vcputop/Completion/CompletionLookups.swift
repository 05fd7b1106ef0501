internal import Configuration
internal import GuestVCPU
internal import Journal
internal import LibvirtHost

/// What completions look up outside of the program, with a deadline: guests, connections, changes.
struct CompletionLookups {
    /// The settings of the files, with the sources that the command line names.
    private let settings: Settings
    /// Whether every guest of this host is meant where there is no source: none is named, not even
    /// wrongly, and the configuration could be read.
    private let meansThisHost: Bool

    /// How long the guests may take to be found.
    private static let patience = Duration.milliseconds(400)
    /// The most changes that are offered.
    private static let mostChanges = 100

    /// - Parameter options: The options that stand on the command line.
    init(_ options: [CompletionPoint.Option]) {
        func values(_ names: String...) -> [String] {
            options.filter { names.contains($0.name) }.map(\.value)
        }
        let file = values("--config").first
        let configured = try? ConfiguredSettings(file: file).settings
        var settings = configured ?? .standard
        let sources =
            values("-c", "--connect").map(SourceSetting.connect)
            + values("--agent").compactMap(NamedPath.init(argument:))
            .map { .agent($0.path, name: $0.name, qmp: nil) }
        if !sources.isEmpty { settings.sources = Setting(sources) }
        self.settings = settings
        meansThisHost =
            configured != nil && values("-c", "--connect", "--agent").isEmpty
            && settings.sources.value.isEmpty
    }

    /// The words that the point can be.
    func candidates(
        _ lookup: CompletionWords.Lookup, at point: CompletionPoint
    ) async -> [CompletionAnswer.Candidate] {
        switch lookup {
        case .guests:
            let named = Set(point.arguments)
            return await guestNames(full: point.text.contains("/")).filter { !named.contains($0) }
                .map { CompletionAnswer.Candidate(word: $0) }
        case .recordedGuests:
            let named = Set(point.arguments)
            let names = await changes().map(\.guest).filter { !named.contains($0) }
            return Set(names).sorted().map { CompletionAnswer.Candidate(word: $0) }
        case .changes:
            guard point.arguments.isEmpty else { return [] }
            return await changes().reversed().map { change in
                CompletionAnswer.Candidate(
                    word: change.id.short,
                    meaning: "\(change.guest) \(change.changeText) \(change.outcomeText)")
            }
        case .connections:
            let given = Set(point.options.filter { $0.name != "--agent" }.map(\.value))
            return connections.filter { !given.contains($0) }
                .map { CompletionAnswer.Candidate(word: point.lead + $0) }
        }
    }

    // MARK: - Guests

    /// The names of the guests that can be found without leaving this host.
    ///
    /// - Parameter full: Whether the full names are wanted.
    private func guestNames(full: Bool) async -> [String] {
        guard let chosen = try? ChosenSources(settings) else { return [] }
        var options = chosen
        options.connect = options.connect.filter(LibvirtSources.answersHere)
        // Sources that are all left out must not become every guest of this host.
        guard !options.connect.isEmpty || !options.agent.isEmpty || meansThisHost else {
            return []
        }
        let sources = GuestSources.make(options, access: .readOnly, stay: .once, pairing: false)
        let guests = await GuestDirectory.read(sources, timeout: Self.patience).guests
        return NamedGuest.all(guests, among: guests).enumerated().map { place, name in
            let isOption = name.plain.hasPrefix("-")
            return full || isOption ? GuestLookup.fullName(guests[place].id) : name.plain
        }
    }

    // MARK: - Connections

    private var connections: [String] {
        let configured = settings.sources.value.compactMap { source in
            if case .connect(let uri) = source { uri } else { nil }
        }
        var seen: Set<String> = []
        return (["qemu:///system", "qemu:///session"] + configured + ConnectionURI.aliases)
            .filter { seen.insert($0).inserted }
    }

    // MARK: - The journal

    private func changes() async -> [RecordedChange] {
        let journal = ChangeTrail.recorded(settings)
        return (try? await journal.contents(last: Self.mostChanges).changes) ?? []
    }
}
