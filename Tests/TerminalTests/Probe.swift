import Foundation
import TerminalEmulator

extension Emulator {
    /// Starts the probe, and waits until it has drawn.
    static func probe(
        columns: Int = 80, rows: Int = 24, environment: [String: String] = [:]
    ) throws -> Emulator {
        let emulator = try Emulator(
            probePath, columns: columns, rows: rows, environment: environment)
        try emulator.wait("the first screen") { $0.line($0.rows - 1).hasSuffix("corner") }
        return emulator
    }

    /// The probe, which is built beside the tests.
    static var probePath: String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "TerminalProbe").path
    }

    /// Waits until the probe reports this event last.
    func waitForTold(_ text: String) throws {
        try wait("told: \(text)") { $0.line(1).hasSuffix(text) }
    }

    /// What was written last to have pastes marked or not; nil where nothing was.
    var lastOfPasteMode: String? {
        let text = text(since: 0)
        guard let last = text.ranges(of: "\u{1B}[?2004").last else { return nil }
        return String(text[last.lowerBound...].prefix(8))
    }

    /// What was written since.
    func text(since count: Int) -> String { String(decoding: written[count...], as: UTF8.self) }
}
