/// Lines of a man page, in the macros that every `man` knows.
struct Roff {
    private(set) var lines: [String] = []

    /// A macro with its arguments, which are taken as they are.
    mutating func macro(_ name: String, _ arguments: String...) {
        let quoted = arguments.map { $0.isEmpty || $0.contains(" ") ? "\"\($0)\"" : $0 }
        lines.append(([".\(name)"] + quoted).joined(separator: " "))
    }

    /// A piece of text, of several paragraphs where it has empty lines.
    mutating func text(_ text: String) {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty {
                macro("PP")
            } else {
                formatted(Self.escaped(String(line)))
            }
        }
    }

    /// A text that holds requests for fonts already.
    ///
    /// It is broken at blanks: a formatter takes a line's end for one.
    mutating func formatted(_ text: String) {
        var line = ""
        for word in Self.words(text) {
            if !line.isEmpty, line.utf8.count + word.utf8.count >= Self.width {
                lines.append(Self.protected(line))
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        lines.append(Self.protected(line))
    }

    /// The longest line of a text, in bytes.
    private static let width = 80

    /// The words of a text, of which one with an escaped blank is not broken.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        for part in text.split(separator: " ") {
            if let last = words.last, last.hasSuffix("\\"), !last.hasSuffix("\\\\") {
                words[words.count - 1] += " " + part
            } else {
                words.append(String(part))
            }
        }
        return words
    }

    /// A term and what it means.
    mutating func item(_ term: String, _ meaning: String) {
        macro("TP")
        // One line is the term.
        lines.append(Self.protected(term))
        text(meaning)
    }

    /// Lines of which each stays what it is.
    mutating func literal(_ text: [String]) {
        macro("PP")
        macro("nf")
        macro("RS", "4")
        for line in text { lines.append(Self.protected(Self.escaped(line))) }
        macro("RE")
        macro("fi")
    }

    static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }
    static func italic(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

    /// The text with nothing in it that a formatter takes for its own.
    static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\e"
            // A plain one would become a hyphen, which no shell takes for an option.
            case "-": "\\-"
            case "^": "\\(ha"
            case "~": "\\(ti"
            case "'": "\\(aq"
            case "`": "\\(ga"
            case _ where scalar.isASCII: String(scalar)
            default: "\\[u\(Self.hexadecimal(scalar.value))]"
            }
        }.joined()
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(4 - digits.count, 0)) + digits
    }

    /// A line that begins like a request is none.
    private static func protected(_ line: String) -> String {
        line.hasPrefix(".") || line.hasPrefix("'") ? "\\&\(line)" : line
    }
}
