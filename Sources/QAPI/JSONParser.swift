/// Why bytes are not a JSON value that we read.
public struct JSONError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// Not JSON at this byte, or the value ends too early.
        case syntax
        /// A string is not UTF-8, or escapes half a surrogate pair.
        case encoding
        /// A member's name is given twice in one object.
        case duplicateMember
        /// A member's name has more than `JSON.maximumNameSize` bytes.
        case nameTooLong
        /// Lists and objects are nested deeper than `JSON.maximumDepth`.
        case tooDeep
        /// There are more than `JSON.maximumValues` values.
        case tooManyValues
    }

    /// What is wrong.
    public var reason: Reason
    /// Where it was noticed: a byte's offset from the start.
    public var offset: Int

    /// Creates an error.
    public init(_ reason: Reason, offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

extension JSON {
    /// How deep lists and objects may be nested; agents and QMP stay below 10.
    public static let maximumDepth = 64
    /// How many values a text may have; 4,096 vCPUs have 16,386.
    ///
    /// `[0,0,0...` costs its sender two bytes for each value and us over thirty.
    public static let maximumValues = 1 << 16
    /// How many bytes a member's name may have; the longest of the schemas have about 40.
    ///
    /// Names are hashed, which takes a time quadratic in the length of a run of combining marks.
    public static let maximumNameSize = 128

    /// Reads one JSON value; strict (RFC 8259), and linear in the size of the text.
    ///
    /// - Parameter bytes: The whole text, with no more around the value than blanks.
    /// - Throws: `JSONError` with the place where the text stops being one.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        var parser = JSONParser(bytes)
        self = try parser.document()
    }
}

/// Reads JSON by recursive descent, no deeper than `JSON.maximumDepth`.
///
/// `JSONDecoder` would read most of this, but takes `1.0` for an integer and keeps one of two
/// members of the same name, and both matter for what a guest claims.
private struct JSONParser {
    private let bytes: [UInt8]
    private var index = 0
    private var valueCount = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSON {
        let value = try value(depth: 0)
        skipBlanks()
        guard index == bytes.count else { throw JSONError(.syntax, offset: index) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        skipBlanks()
        guard let first = peek else { throw JSONError(.syntax, offset: index) }
        valueCount += 1
        guard valueCount <= JSON.maximumValues else {
            throw JSONError(.tooManyValues, offset: index)
        }
        switch first {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        try descend(to: depth)
        var members: [String: JSON] = [:]
        if consumeToken("}") { return .object(members) }
        repeat {
            skipBlanks()
            let start = index
            let name = try string()
            guard name.utf8.count <= JSON.maximumNameSize else {
                throw JSONError(.nameTooLong, offset: start)
            }
            guard consumeToken(":") else { throw JSONError(.syntax, offset: index) }
            let value = try value(depth: depth)
            guard members.updateValue(value, forKey: name) == nil else {
                throw JSONError(.duplicateMember, offset: start)
            }
        } while consumeToken(",")
        guard consumeToken("}") else { throw JSONError(.syntax, offset: index) }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        try descend(to: depth)
        var elements: [JSON] = []
        if consumeToken("]") { return .array(elements) }
        repeat { elements.append(try value(depth: depth)) } while consumeToken(",")
        guard consumeToken("]") else { throw JSONError(.syntax, offset: index) }
        return .array(elements)
    }

    private mutating func descend(to depth: Int) throws(JSONError) {
        guard depth <= JSON.maximumDepth else { throw JSONError(.tooDeep, offset: index) }
        index += 1
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let isWord = word.withUTF8Buffer { bytes[index...].starts(with: $0) }
        guard isWord else { throw JSONError(.syntax, offset: index) }
        index += word.utf8CodeUnitCount
        return value
    }

    // MARK: Numbers

    /// No number that means something here is longer; it bounds what a conversion costs.
    private static let maximumNumberLength = 64

    private mutating func number() throws(JSONError) -> JSON {
        let start = index
        consume(UInt8(ascii: "-"))
        if !consume(UInt8(ascii: "0")) { try digits() }
        var isInteger = true
        if consume(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if consume(UInt8(ascii: "e")) || consume(UInt8(ascii: "E")) {
            isInteger = false
            if !consume(UInt8(ascii: "+")) { consume(UInt8(ascii: "-")) }
            try digits()
        }
        guard index - start <= Self.maximumNumberLength else {
            throw JSONError(.syntax, offset: start)
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger, let integer = Int64(text) { return .integer(integer) }
        // JSON has no infinity, so one that is too large could not be written again.
        guard let number = Double(text), number.isFinite else {
            throw JSONError(.syntax, offset: start)
        }
        return .number(number)
    }

    private mutating func digits() throws(JSONError) {
        let start = index
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        guard index > start else { throw JSONError(.syntax, offset: index) }
    }

    // MARK: Strings

    private mutating func string() throws(JSONError) -> String {
        guard consume(UInt8(ascii: "\"")) else { throw JSONError(.syntax, offset: index) }
        let start = index
        var unescaped: [UInt8] = []
        var pieceStart = index
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                let piece = bytes[pieceStart..<index]
                let text: String? =
                    unescaped.isEmpty
                    ? String(validating: piece, as: UTF8.self)
                    : String(validating: unescaped + piece, as: UTF8.self)
                guard let text else { throw JSONError(.encoding, offset: start) }
                index += 1
                return text
            case UInt8(ascii: "\\"):
                unescaped += bytes[pieceStart..<index]
                try escape(into: &unescaped)
                pieceStart = index
            case 0..<0x20:
                throw JSONError(.syntax, offset: index)
            default:
                index += 1
            }
        }
        throw JSONError(.syntax, offset: index)
    }

    private mutating func escape(into unescaped: inout [UInt8]) throws(JSONError) {
        let start = index
        index += 1
        guard let kind = peek else { throw JSONError(.syntax, offset: index) }
        index += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(kind)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"):
            guard let scalar = try escapedScalar() else {
                throw JSONError(.encoding, offset: start)
            }
            unescaped += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
        default: throw JSONError(.syntax, offset: start)
        }
    }

    /// The scalar after `\u`; nil for half a surrogate pair.
    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar? {
        let high = try hexadecimal()
        guard UTF16.isLeadSurrogate(high) else { return Unicode.Scalar(high) }
        guard consume(UInt8(ascii: "\\")), consume(UInt8(ascii: "u")) else { return nil }
        let low = try hexadecimal()
        guard UTF16.isTrailSurrogate(low) else { return nil }
        return UTF16.decode(UTF16.EncodedScalar([high, low]))
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw JSONError(.syntax, offset: index)
            }
            unit = unit << 4 | UInt16(digit)
            index += 1
        }
        return unit
    }

    // MARK: Bytes

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    @discardableResult
    private mutating func consume(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        index += 1
        return true
    }

    /// Consumes a sign and the blanks before it.
    private mutating func consumeToken(_ sign: Unicode.Scalar) -> Bool {
        skipBlanks()
        return consume(UInt8(ascii: sign))
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            index += 1
        }
    }
}
