/// Parses libvirt's configuration format: lines of `name = value`, and comments.
///
/// - Source: libvirt, `src/util/virconf.c`.
struct ClientSettingsParser {
    /// A value.
    ///
    /// Numbers and nested lists are parsed and ignored.
    enum Value: Hashable {
        case text(String), list([String]), other
    }

    private var rest: ArraySlice<UInt8>

    /// The values by name; nil when the text has a syntax error.
    static func values(of text: some Collection<UInt8>) -> [String: Value]? {
        var parser = ClientSettingsParser(rest: ArraySlice(Array(text)))
        return parser.values()
    }

    private mutating func values() -> [String: Value]? {
        var values: [String: Value] = [:]
        while true {
            skipBlanksAndComments(acrossLines: true)
            guard let first = rest.first else { return values }
            guard Self.isNamePart(first), !Self.isDigit(first) else { return nil }
            let name = rest.prefix(while: Self.isNamePart)
            rest.removeFirst(name.count)
            skipBlanksAndComments(acrossLines: false)
            guard consume("=") else { return nil }
            skipBlanksAndComments(acrossLines: false)
            guard let value = value() else { return nil }
            skipBlanksAndComments(acrossLines: false)
            guard rest.isEmpty || rest.first == UInt8(ascii: "\n") else { return nil }
            values[String(decoding: name, as: UTF8.self)] = value
        }
    }

    private mutating func value() -> Value? {
        if consume("[") { return list() }
        if rest.first.map({ Self.isDigit($0) || $0 == UInt8(ascii: "-") }) == true {
            rest = rest.dropFirst().drop(while: Self.isDigit)
            return .other
        }
        return text().map { .text($0) }
    }

    private mutating func list() -> Value? {
        var texts: [String] = []
        while true {
            skipBlanksAndComments(acrossLines: true)
            if consume("]") { return .list(texts) }
            guard let text = text() else { return nil }
            texts.append(text)
            skipBlanksAndComments(acrossLines: true)
            guard consume(",") || rest.first == UInt8(ascii: "]") else { return nil }
        }
    }

    /// A string in single, double or triple double quotes; only the last may contain line ends.
    ///
    /// The format has no escapes.
    private mutating func text() -> String? {
        let end: [UInt8]
        if consume("\"\"\"") {
            end = Array("\"\"\"".utf8)
        } else if consume("\"") {
            end = Array("\"".utf8)
        } else if consume("'") {
            end = Array("'".utf8)
        } else {
            return nil
        }
        var index = rest.startIndex
        while index < rest.endIndex, !rest[index...].starts(with: end) {
            if end.count == 1, rest[index] == UInt8(ascii: "\n") { return nil }
            index += 1
        }
        guard index < rest.endIndex else { return nil }
        let text = String(decoding: rest[..<index], as: UTF8.self)
        rest = rest[(index + end.count)...]
        return text
    }

    private mutating func skipBlanksAndComments(acrossLines: Bool) {
        while let byte = rest.first {
            if byte == UInt8(ascii: "#") {
                rest = rest.drop { $0 != UInt8(ascii: "\n") }
            } else if byte == 0x20 || byte == 0x09 || byte == 0x0d
                || (acrossLines && byte == UInt8(ascii: "\n"))
            {
                rest.removeFirst()
            } else {
                return
            }
        }
    }

    private mutating func consume(_ text: StaticString) -> Bool {
        let isHere = text.withUTF8Buffer { rest.starts(with: $0) }
        if isHere { rest.removeFirst(text.utf8CodeUnitCount) }
        return isHere
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "-")
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
