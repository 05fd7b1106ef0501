internal import Configuration
internal import Monitoring
internal import Terminal

/// Which guests, and how patiently, after files and command line.
struct ChosenSources {
    var connect: [String] = []
    var agent: [NamedPath] = []
    var qmp: [NamedPath] = []
    let timeout: Seconds
    let interval: Seconds

    /// How long a libvirt connection may take to open, which is not the agent's time.
    var openingPatience: Duration { max(.seconds(10), timeout.duration) }

    /// Whether no source is named: every guest of this host is meant.
    var isEveryGuestHere: Bool { connect.isEmpty && agent.isEmpty }

    /// How often to ask.
    var pace: PollPace {
        PollPace(timeout: timeout.duration, host: interval.duration)
    }

    /// - Throws: `CommandFailure` where two entries of a file mean one socket.
    init(_ settings: Settings) throws(CommandFailure) {
        timeout = Seconds(value: settings.timeout.value)
        interval = Seconds(value: settings.interval.value)
        for source in settings.sources.value {
            switch source {
            case .connect(let uri): connect.append(uri)
            case .agent(let path, let name, let monitor):
                agent.append(NamedPath(name: name, path: path))
                if let monitor { qmp.append(NamedPath(name: name, path: monitor)) }
            }
        }
        // The command line's were compared when it was parsed.
        guard case .file(let path, let line) = settings.sources.origin else { return }
        let sockets = agent + qmp
        var seen: Set<SocketSpelling> = []
        for (socket, spelling) in zip(sockets, SocketSpelling.all(sockets.map(\.path)))
        where !seen.insert(spelling).inserted {
            throw CommandFailure(
                .configuration, "\(path):\(line): the socket '\(socket.path)' is there twice")
        }
    }
}

/// A group of options that are settings too.
protocol SettingOverrides {
    /// Puts what the command line says over the settings.
    func override(_ settings: inout Settings)
}

extension SourceOptions: SettingOverrides {
    func override(_ settings: inout Settings) {
        settings.timeout.override(with: timeout?.value, option: "--timeout")
        settings.interval.override(with: interval?.value, option: "--interval")
        guard !connect.isEmpty || !agent.isEmpty else { return }
        let sources =
            connect.map(SourceSetting.connect)
            + agent.map { agent in
                .agent(
                    agent.path, name: agent.name,
                    qmp: qmp.first { $0.name == agent.name }?.path)
            }
        settings.sources.override(
            with: sources, option: connect.isEmpty ? "--agent" : "--connect")
    }
}

extension LookOptions: SettingOverrides {
    func override(_ settings: inout Settings) {
        settings.theme.override(with: theme?.value.rawValue, option: "--theme")
        settings.ascii.override(with: ascii, option: "--ascii")
        settings.mouse.override(with: mouse, option: "--mouse")
    }
}

extension AccessOptions: SettingOverrides {
    func override(_ settings: inout Settings) {
        settings.readOnly.override(with: readOnly, option: "--read-only")
    }
}

extension JournalOptions: SettingOverrides {
    func override(_ settings: inout Settings) {
        guard let journal else { return }
        // Which folder is a file's to say.
        if journal, settings.journal.value != .off { return }
        settings.journal.override(with: journal ? .standard : .off, option: "--journal")
    }
}
