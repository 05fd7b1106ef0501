internal import ArgumentParser
internal import Dashboard
internal import GuestVCPU
internal import SafeText
internal import Terminal

/// What the value of an option can be.
///
/// The help, the errors and the completions are made of this table.
enum OptionValue {
    /// Seconds within `Seconds.range`.
    case seconds
    /// A whole number.
    case number(ClosedRange<Int>)
    /// One of these words.
    case word([String])
    /// `NAME=PATH`, the path being that of a socket.
    case namedPath
    /// The path of a file.
    case file
    /// A libvirt connection.
    case uri
    /// An expression of the filter.
    case filter
    /// An order of the list of guests.
    case order
    /// A list of vCPUs; the words can stand in its place.
    case vcpus(words: [String])
    /// A moment in the past.
    case time

    /// Every option that takes a value, as it is typed.
    static let all: [String: OptionValue] = [
        "-c": .uri, "--connect": .uri, "--agent": .namedPath, "--qmp": .namedPath,
        "--timeout": .seconds, "--interval": .seconds, "--debug-log": .file, "--config": .file,
        "--theme": .word(ThemeOption.allValueStrings), "--guests": .number(1...Int.max),
        "--vcpus": .number(1...CPUMap.idRange.count), "--online": .vcpus(words: [ChangeWish.all]),
        "--offline": .vcpus(words: []), "--count": .number(1...CPUMap.idRange.count),
        "--filter": .filter, "--from": .file, "--format": .word(ListFormat.allValueStrings),
        "--sort": .order, "--output": .file, "--since": .time,
    ]

    /// The options of the table that may be given more than once.
    static let repeatable: Set<String> = ["-c", "--connect", "--agent", "--qmp"]

    /// The values in words, to stand after "one of" or a colon; nil where the value's name in the
    /// help is enough.
    var words: String? {
        switch self {
        case .seconds: Seconds.words
        case .number(let range) where range.upperBound == .max: "at least \(range.lowerBound)"
        case .number(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .word(let words): "one of \(words.joined(separator: ", "))"
        case .namedPath: "NAME=PATH"
        case .order: Self.orderWords
        case .time: "30m, 2h or 7d (ago), 14:30, 2026-01-31 or 2026-01-31T14:30"
        case .vcpus, .file, .uri, .filter: nil
        }
    }

    /// Kept, since `list` asks for it each time that its options are made.
    private static let orderWords =
        "one of \(FleetQuery.sortWords.joined(separator: ", ")), and with "
        + "\(FleetQuery.reversed) after it the other way round"

    /// The values of an option in words; empty where the value's name in the help is enough.
    static func words(of option: String) -> String { all[option]?.words ?? "" }

    /// Why a text is no such value; nil where it is one, and where the command itself says why.
    ///
    /// - Parameter option: The option, as it was typed.
    func problem(_ text: String, of option: String) -> String? {
        let isValue =
            switch self {
            case .seconds: Seconds(argument: text) != nil
            case .number(let range): Int(text).map(range.contains) ?? false
            case .word(let words): words.contains(text)
            case .namedPath: NamedPath(argument: text) != nil
            case .time: SinceTime(argument: text) != nil
            case .vcpus, .file, .uri, .filter, .order: true
            }
        guard !isValue else { return nil }
        var advice = ""
        if case .word(let words) = self, let near = NearestWord.question(text, among: words) {
            advice = "; \(near)"
        }
        return "\(option) takes \(words ?? ""), and not '\(text)'\(advice)"
    }
}
