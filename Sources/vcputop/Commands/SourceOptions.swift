internal import ArgumentParser
internal import Configuration

/// Which guests, and how patiently.
struct SourceOptions: ParsableArguments {
    @Option(
        name: [.customShort("c"), .long],
        help: ArgumentHelp(
            "A libvirt connection, such as qemu:///system; may be given for many.",
            valueName: "URI"))
    var connect: [String] = []

    @Option(
        help: ArgumentHelp(
            "A guest's agent socket; may be given for many guests.", valueName: "NAME=PATH"))
    var agent: [NamedPath] = []

    @Option(
        help: ArgumentHelp(
            "The same guest's QMP socket, for host time and run state.", valueName: "NAME=PATH"))
    var qmp: [NamedPath] = []

    @Option(
        help: ArgumentHelp(
            "How long an agent may take to answer, \(Seconds.words) "
                + "(default: \(Seconds(value: Settings.standard.timeout.value))).",
            valueName: "SECONDS"))
    var timeout: Seconds?

    @Option(
        help: ArgumentHelp(
            "How often host time is read, \(Seconds.words) "
                + "(default: \(Seconds(value: Settings.standard.interval.value))).",
            valueName: "SECONDS"))
    var interval: Seconds?

    func validate() throws {
        if connect.contains("") { throw ValidationError("--connect names no connection") }
        if let double = connect.firstDuplicate(by: \.self) {
            throw ValidationError("connection '\(double)' is given twice")
        }
        // A single agent socket cannot clash with another one.
        guard agent.count > 1 || !qmp.isEmpty else { return }
        let sockets = SocketSpelling.all((agent + qmp).map(\.path))
        let (agents, monitors) = (sockets.prefix(agent.count), sockets.dropFirst(agent.count))
        if let double = zip(agent, agents).firstDuplicate(by: \.1) {
            throw ValidationError("agent socket '\(double.0.path)' is given twice")
        }
        if let double = qmp.firstDuplicate(by: \.name) {
            throw ValidationError("two QMP sockets are given for '\(double.name)'")
        }
        if let double = zip(qmp, monitors).firstDuplicate(by: \.1) {
            throw ValidationError(
                "one QMP socket, '\(double.0.path)', is given for two guests: it is one machine's")
        }
        for (qmp, monitor) in zip(qmp, monitors) {
            switch agent.count(where: { $0.name == qmp.name }) {
            case 0: throw ValidationError("--qmp names '\(qmp.name)', but no --agent does")
            case 1: break
            default:
                throw ValidationError(
                    "--qmp names '\(qmp.name)', as more than one --agent does: which one is meant "
                        + "is not known")
            }
            guard !agents.contains(monitor) else {
                throw ValidationError("--qmp names '\(qmp.path)', which is an agent's socket")
            }
        }
    }
}

extension Sequence {
    fileprivate func firstDuplicate<Key: Hashable>(by key: (Element) -> Key) -> Element? {
        var seen: Set<Key> = []
        return first { !seen.insert(key($0)).inserted }
    }
}

/// `NAME=PATH`, neither of them empty; the first `=` parts them.
struct NamedPath: ExpressibleByArgument {
    let name: String
    let path: String

    init(name: String, path: String) {
        self.name = name
        self.path = path
    }

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        (name, path) = (String(parts[0]), String(parts[1]))
    }
}

/// A number of seconds within `range`.
struct Seconds: ExpressibleByArgument, CustomStringConvertible {
    let value: Double

    static let range = Settings.secondsRange

    /// The range in words.
    static let words =
        "\(Seconds(value: range.lowerBound)) to \(Seconds(value: range.upperBound)) seconds"

    var description: String { value.shortText }

    var duration: Duration { .seconds(value) }

    init(value: Double) {
        self.value = value
    }

    init?(argument: String) {
        guard let value = Double(argument), Self.range.contains(value) else { return nil }
        self.value = value
    }
}
