/// Splits an XML document into its tags.
///
/// It reports elements only. It skips text, comments, CDATA sections, processing instructions and
/// document types, so that nothing inside them passes for an element. A document that is not
/// well-formed gives an error, never a part of its contents.
///
/// Foundation's parser needs libxml2, makes the static program 50 MB larger and costs 10 ms at each
/// start.
///
/// - Source: Extensible Markup Language 1.0, fifth edition.
package struct XMLTokenizer {
    /// A tag.
    package enum Token: Hashable, Sendable {
        /// The start of an element. The end of an empty element follows as a token of its own.
        case start(name: String, attributes: [String: String])
        /// The end of the innermost open element.
        case end(name: String)
    }

    /// The document is not well-formed or exceeds a limit.
    package struct Malformed: Error, Hashable, Sendable {}

    /// The maximum length of a document in bytes; real domain XML has about 10 KiB.
    package static let longestDocument = 4_194_304
    /// The maximum depth of elements.
    package static let deepest = 256

    private let bytes: [UInt8]
    private var position = 0
    private var open: [String] = []
    /// The end of an empty element that was just started: the next token.
    private var pendingEnd: String?
    private var hasRoot = false

    /// Creates a tokenizer.
    ///
    /// - Throws: `Malformed` when it is too long.
    package init(_ document: some Collection<UInt8>) throws(Malformed) {
        guard document.count <= Self.longestDocument else { throw Malformed() }
        bytes = Array(document)
    }

    /// Reads the next tag.
    ///
    /// Attribute values are raw: references such as `&lt;` are not resolved.
    ///
    /// - Returns: Nil at the end of the document.
    package mutating func next() throws(Malformed) -> Token? {
        if let name = pendingEnd {
            pendingEnd = nil
            return .end(name: name)
        }
        while let start = bytes[position...].firstIndex(of: UInt8(ascii: "<")) {
            guard !open.isEmpty || isBlank(bytes[position..<start]) else { throw Malformed() }
            position = start
            if skip("<!--") {
                try skipPast("-->")
            } else if skip("<?") {
                try skipPast("?>")
            } else if skip("<![CDATA[") {
                guard !open.isEmpty else { throw Malformed() }
                try skipPast("]]>")
            } else if skip("<!DOCTYPE") {
                guard !hasRoot else { throw Malformed() }
                try skipDocumentType()
            } else if skip("</") {
                return try readEnd()
            } else if skip("<") {
                return try readStart()
            }
        }
        guard open.isEmpty, hasRoot, isBlank(bytes[position...]) else { throw Malformed() }
        position = bytes.count
        return nil
    }

    // MARK: - Tags

    private mutating func readEnd() throws(Malformed) -> Token {
        let name = try readName()
        skipBlanks()
        guard skip(">"), open.popLast() == name else { throw Malformed() }
        return .end(name: name)
    }

    private mutating func readStart() throws(Malformed) -> Token {
        // A document has one root, and only comments after it.
        guard !open.isEmpty || !hasRoot, open.count < Self.deepest else { throw Malformed() }
        hasRoot = true
        let name = try readName()
        var attributes: [String: String] = [:]
        while true {
            let isSeparated = skipBlanks()
            if skip(">") {
                open.append(name)
                break
            }
            if skip("/>") {
                pendingEnd = name
                break
            }
            guard isSeparated else { throw Malformed() }
            let attribute = try readName()
            guard attributes.updateValue(try readValue(), forKey: attribute) == nil else {
                throw Malformed()
            }
        }
        return .start(name: name, attributes: attributes)
    }

    private mutating func readName() throws(Malformed) -> String {
        let name = bytes[position...].prefix { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...0xff,
                UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard let first = name.first, !(UInt8(ascii: "-")...UInt8(ascii: "9")).contains(first)
        else { throw Malformed() }
        position += name.count
        return String(decoding: name, as: UTF8.self)
    }

    private mutating func readValue() throws(Malformed) -> String {
        skipBlanks()
        guard skip("=") else { throw Malformed() }
        skipBlanks()
        guard position < bytes.count,
            [UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(bytes[position])
        else { throw Malformed() }
        let quote = bytes[position]
        let rest = bytes[(position + 1)...]
        guard let end = rest.firstIndex(of: quote) else { throw Malformed() }
        let value = rest[..<end]
        guard !value.contains(UInt8(ascii: "<")) else { throw Malformed() }
        position = end + 1
        return String(decoding: value, as: UTF8.self)
    }

    // MARK: - What is skipped

    /// Skips a document type; its declarations can contain quotes, comments and instructions.
    private mutating func skipDocumentType() throws(Malformed) {
        var isInSubset = false
        while position < bytes.count {
            if skip("<!--") {
                try skipPast("-->")
            } else if skip("<?") {
                try skipPast("?>")
            } else if skip("\"") {
                try skipPast("\"")
            } else if skip("'") {
                try skipPast("'")
            } else if !isInSubset, skip(">") {
                return
            } else {
                if bytes[position] == UInt8(ascii: "[") { isInSubset = true }
                if bytes[position] == UInt8(ascii: "]") { isInSubset = false }
                position += 1
            }
        }
        throw Malformed()
    }

    private mutating func skipPast(_ end: StaticString) throws(Malformed) {
        while position < bytes.count {
            if skip(end) { return }
            position += 1
        }
        throw Malformed()
    }

    ///
    /// Skips this text if it comes next.
    ///
    /// - Returns: Whether it was skipped.
    private mutating func skip(_ text: StaticString) -> Bool {
        let isHere = text.withUTF8Buffer { bytes[position...].starts(with: $0) }
        if isHere { position += text.utf8CodeUnitCount }
        return isHere
    }

    @discardableResult
    private mutating func skipBlanks() -> Bool {
        let count = bytes[position...].prefix(while: Self.isBlank).count
        position += count
        return count > 0
    }

    private func isBlank(_ slice: ArraySlice<UInt8>) -> Bool {
        slice.allSatisfy(Self.isBlank)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
    }
}
