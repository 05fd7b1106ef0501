import LabSupport

/// What the command line asks for.
struct Settings {
    /// How often live programs are watched; the medians count.
    private(set) var rounds = 3
    /// Another build of vcputop, which is watched beside the one under test.
    private(set) var other: String?
    /// Whether instructions are recorded instead of compared.
    private(set) var isRecording = false
    /// How long a soak takes.
    private(set) var duration = Duration.seconds(3_600)
    /// What is to be measured; all where it is empty.
    private(set) var parts: [String] = []

    /// Of this process.
    static let current = try? Settings(CommandLine.arguments.dropFirst())

    /// How long one round is: as long as it takes to ask every agent once.
    static let round = Duration.seconds(15)

    init(_ arguments: some Sequence<String>) throws {
        var rest = Array(arguments)[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--rounds":
                guard let rounds = rest.popFirst().flatMap({ Int($0) }), rounds > 0 else {
                    throw LabError.unexpected("--rounds takes a number")
                }
                self.rounds = rounds
            case "--seconds":
                guard let seconds = rest.popFirst().flatMap({ Int($0) }), seconds > 0 else {
                    throw LabError.unexpected("--seconds takes a number")
                }
                duration = .seconds(seconds)
            case "--against":
                guard let path = rest.popFirst() else {
                    throw LabError.unexpected("--against takes a path")
                }
                other = path
            case "--record": isRecording = true
            default: parts.append(argument)
            }
        }
    }
}
