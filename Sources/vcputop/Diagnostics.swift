internal import GuestVCPU
internal import SafeText
internal import Synchronization

/// Why a command ends without having done what it was asked.
struct CommandFailure: Error {
    /// What an exit status says; see the table of outcomes.
    enum Kind: Int32 {
        /// The guest is as before.
        case asBefore = 1
        /// Something could not be found or read.
        case unreachable = 2
        /// The change is partial, or its outcome unknown.
        case uncertain = 3
        /// The command line is wrong.
        case usage = 64
        /// The terminal cannot show a dashboard.
        case terminal = 69
        /// A file that was to be written could not be opened.
        case cannotCreate = 73
        /// What was to be printed could not be written.
        case output = 74
        /// A configuration file cannot be read, or something in it is wrong.
        case configuration = 78
    }

    let exitStatus: Int32
    /// What went wrong, each with the name of the object; lower case, no full stop.
    let messages: [String]
    /// What changed, or did not.
    let note: String?
    /// What to do about it.
    var help: String?

    init(_ kind: Kind, _ message: String, note: String? = nil, help: String? = nil) {
        self.init(exitStatus: kind.rawValue, [message], note: note, help: help)
    }

    init(exitStatus: Int32, _ messages: [String], note: String? = nil, help: String? = nil) {
        self.exitStatus = exitStatus
        self.messages = messages
        self.note = note
        self.help = help
    }
}

extension CommandFailure {
    /// A stream that could not be written to.
    init(_ error: OutputError) {
        self.init(.output, error.message)
    }
}

/// Writes for people, on standard error.
///
/// What cannot be written there goes to standard output, unless that is for programs.
enum Diagnostics {
    private static let lost = Atomic(false)

    /// Whether something could not be written to standard error.
    static var hasLost: Bool { lost.load(ordering: .relaxed) }

    static func write(_ failure: CommandFailure) {
        var lines = failure.messages.map { "vcputop: error: \($0.printableLine)" }
        if let note = failure.note { lines.append("note: \(note.printableLine)") }
        if let help = failure.help { lines.append("help: \(help.printableLine)") }
        write(lines)
    }

    /// - Parameter patience: How long the reader may take; nil for as long as it likes.
    static func note(_ text: String, within patience: Duration? = nil) {
        write(["vcputop: \(text.printableLine)"], within: patience)
    }

    static func help(_ text: String) {
        write(["help: \(text.printableLine)"])
    }

    private static func write(_ lines: [String], within patience: Duration? = nil) {
        do throws(OutputError) {
            try Output.write(lines, to: .errors, within: patience)
        } catch {
            lost.store(true, ordering: .relaxed)
            if !Output.carriesData { try? Output.write(lines, within: patience) }
        }
    }
}

extension String {
    /// The text as one line; what it quotes may come from a guest or from the command line.
    fileprivate var printableLine: String { printable(limit: 2_000) }
}
