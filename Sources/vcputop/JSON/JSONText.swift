internal import FoundationEssentials
internal import GuestVCPU

/// Writes values as JSON on one line.
enum JSONText {
    static func line(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// A moment as the contract writes it: UTC, with milliseconds.
    static func time(_ date: Date) -> String {
        date.formatted(
            Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
    }

    /// Free text without what could command a terminal that shows it.
    static func text(_ text: String) -> String { text.printable() }
}
