package import FoundationEssentials
internal import SafeText

/// Writes values as JSON on one line.
package enum JSONText {
    package static func line(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return escaped(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// JSON in which whatever a terminal might not show as it is stands as an escape.
    ///
    /// Outside of its strings JSON has only ASCII, so no other place is touched.
    private static func escaped(_ json: String) -> String {
        if json.isPlain { return json }
        var text = ""
        for character in json {
            for (position, scalar) in character.unicodeScalars.enumerated() {
                if position == 0, scalar.isVisible, scalar.columns > 0 {
                    text.unicodeScalars.append(scalar)
                } else {
                    text += escape(scalar)
                }
            }
        }
        return text
    }

    /// A character as an escape of JSON: `\u001b`, two of them beyond U+FFFF.
    package static func escape(_ scalar: Unicode.Scalar) -> String {
        UTF16.encode(scalar).map { encoded in
            encoded.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        } ?? ""
    }

    /// A moment as the contract writes it: UTC, with milliseconds.
    package static func time(_ date: Date) -> String {
        date.formatted(
            Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
    }

    /// The moment of such a text; nil where it is none.
    package static func date(_ text: String) -> Date? {
        try? Date(
            text,
            strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
    }
}
