/// Something that reads bytes from outside, with what must hold whatever they are.
///
/// The same targets serve the fuzzer (`Tests/fuzz`) and the replay of its corpora in the suites.
struct FuzzTarget: Sendable, CustomStringConvertible {
    /// Its name, and that of its folder in `Corpora`.
    let name: String
    /// The longest input worth trying, in bytes.
    let longest: Int
    /// Reads an input.
    ///
    /// - Throws: `Violation` when something does not hold. A trap is a fault as well.
    let check: @Sendable ([UInt8]) async throws -> Void

    var description: String { name }

    init(
        _ name: String, longest: Int = 4096,
        check: @escaping @Sendable ([UInt8]) async throws -> Void
    ) {
        self.name = name
        self.longest = longest
        self.check = check
    }

    /// All of them.
    static let all = [
        framer, json, agent, monitor, cpuList, commandLine, procfs, hostCPUs, statistics, domain,
        text, shellWord, terminal, filter, journal, configuration,
    ]
}

/// Something that must always hold did not.
struct Violation: Error, CustomStringConvertible {
    let description: String
}

/// Checks something that must always hold.
func require(_ condition: Bool, _ message: @autoclosure () -> String) throws(Violation) {
    guard condition else { throw Violation(description: message()) }
}

/// Checks that a text can be shown: short, and with nothing that a terminal obeys.
func requirePrintable(_ text: String, atMost limit: Int) throws(Violation) {
    try require(text.unicodeScalars.count <= limit, "\(text.unicodeScalars.count) scalars")
    for scalar in text.unicodeScalars {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate:
            throw Violation(description: "U+\(String(scalar.value, radix: 16)) in '\(text)'")
        case .format:
            // The joiners are parts of emoji and of some scripts.
            try require(
                scalar.value == 0x200C || scalar.value == 0x200D,
                "U+\(String(scalar.value, radix: 16)) in '\(text)'")
        default: break
        }
    }
}

/// Takes an input apart.
struct FuzzInput {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// The next byte as a number below a bound; 0 at the end.
    mutating func number(below bound: Int) -> Int { Int(rest.popFirst() ?? 0) % bound }

    /// What is left, cut at each of these bytes.
    func sections(at separator: UInt8) -> [[UInt8]] {
        rest.split(separator: separator, omittingEmptySubsequences: false).map(Array.init)
    }
}
