extension JSON {
    /// The value as a JSON text of one line, members in the order of their names.
    ///
    /// A number that JSON cannot write (infinite, not a number) becomes `null`.
    public func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes, limit: .max)
        return bytes
    }

    /// The start of the text, for people to look at: bounded, and without control characters.
    var excerpt: String {
        var bytes: [UInt8] = []
        write(to: &bytes, limit: GuestText.excerptSize)
        return GuestText.excerpt(of: bytes)
    }

    /// Writes the value, and stops soon after `limit` bytes.
    private func write(to bytes: inout [UInt8], limit: Int) {
        switch self {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += String(value).utf8
        case .number(let value): bytes += (value.isFinite ? String(value) : "null").utf8
        case .string(let text): Self.write(text, to: &bytes, limit: limit)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() where bytes.count < limit {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.write(to: &bytes, limit: limit)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            let sorted = members.sorted { $0.key < $1.key }
            for (index, member) in sorted.enumerated() where bytes.count < limit {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.write(member.key, to: &bytes, limit: limit)
                bytes.append(UInt8(ascii: ":"))
                member.value.write(to: &bytes, limit: limit)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to bytes: inout [UInt8], limit: Int) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 where bytes.count < limit {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                let hexadecimal = String(byte, radix: 16)
                bytes += (byte < 0x10 ? "\\u000" : "\\u00").utf8
                bytes += hexadecimal.utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
