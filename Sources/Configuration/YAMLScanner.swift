/// Reads the characters of a YAML document, and knows in which line and column it is.
struct YAMLScanner {
    private let characters: [Unicode.Scalar]
    private var place = 0
    private(set) var line = 1
    private var lineStart = 0

    /// The characters between the start of the line and this one.
    var column: Int { place - lineStart }

    /// Takes the bytes of a file.
    ///
    /// What other readers of YAML take for a line end or for nothing is refused: the line numbers
    /// of messages would else differ from those of an editor.
    init(_ bytes: [UInt8]) throws(ConfigurationProblem) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationProblem(
                Self.firstInvalidLine(of: bytes), "the text is not UTF-8: save the file as UTF-8")
        }
        var characters: [Unicode.Scalar] = []
        characters.reserveCapacity(bytes.count)
        var line = 1
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n":
                line += 1
                if characters.last == "\r" { characters.removeLast() }
            case "\u{FEFF}" where characters.isEmpty && line == 1: continue
            default: break
            }
            // A carriage return is right before a line feed alone.
            if characters.last == "\r" {
                throw ConfigurationProblem(
                    line, "a carriage return stands within the line: end lines with a line feed")
            }
            guard scalar == "\n" || scalar == "\r" || scalar == "\t" || scalar.isYAMLText else {
                let number = String(scalar.value, radix: 16, uppercase: true)
                throw ConfigurationProblem(line, "the character U+\(number) is not allowed")
            }
            characters.append(scalar)
        }
        if characters.last == "\r" {
            throw ConfigurationProblem(
                line, "a carriage return stands within the line: end lines with a line feed")
        }
        self.characters = characters
    }

    private static func firstInvalidLine(of bytes: [UInt8]) -> Int {
        var line = 1
        for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if String(validating: part, as: UTF8.self) == nil { break }
            line += 1
        }
        return line
    }

    /// The next character; nil at the end.
    var next: Unicode.Scalar? { peek(0) }

    /// The character after the next one.
    var second: Unicode.Scalar? { peek(1) }

    private func peek(_ distance: Int) -> Unicode.Scalar? {
        let wanted = place + distance
        return wanted < characters.count ? characters[wanted] : nil
    }

    /// The character before the next one, within the line.
    var last: Unicode.Scalar? { column > 0 ? characters[place - 1] : nil }

    /// Whether the line ends here.
    var isAtLineEnd: Bool { next == nil || next == "\n" }

    mutating func advance() {
        guard place < characters.count else { return }
        place += 1
        if characters[place - 1] == "\n" {
            line += 1
            lineStart = place
        }
    }

    mutating func skipBlanks() {
        while next == " " { advance() }
    }

    /// Goes to the next line that says something, and there to its first character.
    ///
    /// - Parameter refusesMarkers: Whether another document may not begin there.
    mutating func skipEmptyLines(
        refusesMarkers: Bool = true
    ) throws(ConfigurationProblem) {
        while true {
            skipBlanks()
            skipComment()
            if next == "\t" {
                throw problem("a tab stands here: indent with blanks")
            }
            guard next == "\n" else { break }
            advance()
        }
        guard refusesMarkers, column == 0 else { return }
        if isAtMarker("-") { throw problem("a second document begins here: a file has one") }
        if isAtMarker(".") { throw problem("'...' is not supported: leave the line out") }
    }

    /// Whether `---` or `...` stands here.
    func isAtMarker(_ character: Unicode.Scalar) -> Bool {
        (0..<3).allSatisfy { peek($0) == character } && (peek(3)?.isYAMLBlank ?? true)
    }

    /// Skips what is left of the line behind a value.
    mutating func endLine() throws(ConfigurationProblem) {
        skipBlanks()
        skipComment()
        guard isAtLineEnd else {
            throw unexpected(
                next == ":" ? "a value with ': ' in it needs quotes around all of it" : nil)
        }
    }

    /// Skips a comment, which stands apart from what is before it.
    private mutating func skipComment() {
        guard next == "#", last?.isYAMLBlank ?? true else { return }
        while !isAtLineEnd { advance() }
    }

    func problem(_ message: String) -> ConfigurationProblem { ConfigurationProblem(line, message) }

    /// The next character is not what can stand here.
    ///
    /// - Parameter advice: What to write in its place.
    func unexpected(_ advice: String? = nil) -> ConfigurationProblem {
        guard let next, next != "\n" else { return problem("the line ends too early") }
        if next == "\t" { return problem("a tab stands here: use blanks") }
        let end = advice.map { ": \($0)" } ?? ""
        return problem("unexpected '\(next)' at column \(column + 1)\(end)")
    }
}

extension Unicode.Scalar {
    /// Whether it separates words.
    var isYAMLBlank: Bool { self == " " || self == "\n" || self == "\t" }

    /// Whether it ends a text within brackets or braces.
    var isYAMLFlow: Bool { "[]{},".unicodeScalars.contains(self) }

    /// Whether it is visible, or a blank.
    var isYAMLText: Bool {
        if isASCII { return value >= 0x20 && value != 0x7F }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned,
            .privateUse:
            false
        default: true
        }
    }
}
