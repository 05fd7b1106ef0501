import Foundation
import Synchronization

/// A schema of the JSON that a command of the program prints: `Assets/COMMAND.schema.json`.
///
/// Every document that a test reads from the program is held against it, by a validator that runs
/// as one process for all of them.
public struct DocumentSchema: Sendable {
    private let name: String

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(component: "Assets")
    private static let validator = Mutex<Child?>(nil)
    private static let checked = Mutex<[String: Int]>([:])

    /// The schema of a command's JSON; nil where there is none.
    public init?(named name: String) {
        guard FileManager.default.fileExists(atPath: Self.path(of: name)) else { return nil }
        self.name = name
    }

    /// The schema of what a command line prints; nil where that is no JSON, or has no schema.
    init?(of command: [String]) {
        guard let program = command.firstIndex(where: { $0.hasSuffix("/vcputop") }) else {
            return nil
        }
        let arguments = command[(program + 1)...]
        let isJSON =
            arguments.contains("--json") || arguments.contains("--format=json")
            || zip(arguments, arguments.dropFirst()).contains { $0 == "--format" && $1 == "json" }
        let schemas = arguments.lazy.filter { !$0.hasPrefix("-") }
            // A revert is a change, and prints one.
            .map { $0 == "revert" ? "set" : $0 }.compactMap(Self.init(named:))
        guard isJSON, let first = schemas.first else { return nil }
        self = first
    }

    /// Where the schema of a command is.
    public static func path(of name: String) -> String {
        folder.appending(component: "\(name).schema.json").path
    }

    /// How many documents this run of the tests has held against a schema.
    public static func count(of name: String) -> Int { checked.withLock { $0[name] ?? 0 } }

    /// Holds a line against the schema; one that is no whole object is passed over.
    ///
    /// - Throws: `LabError.unexpected` with what is wrong.
    public func check(_ line: some StringProtocol) throws {
        guard line.hasPrefix("{"), line.hasSuffix("}") else { return }
        let answer = try Self.validator.withLock { validator in
            let process =
                try validator ?? Child([script("schema-validator"), Self.folder.path])
            validator = process
            try process.send("\(name) \(line)\n")
            return try process.line(within: .seconds(60))
        }
        Self.checked.withLock { $0[name, default: 0] += 1 }
        guard answer.isEmpty else {
            throw LabError.unexpected("JSON that \(name).schema.json does not allow: \(answer)")
        }
    }
}
