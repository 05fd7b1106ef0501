internal import SafeText

/// A command line up to the cursor, split as a POSIX shell splits it; nothing in it is expanded.
struct ShellLine: Hashable {
    /// The quotes that are open.
    enum Quote: Hashable {
        case none, single, double
    }

    /// A word, as it is typed and as a program gets it.
    struct Word: Hashable {
        var raw = ""
        var text = ""
        var quote = Quote.none
    }

    /// The words, of which the last is at the cursor; it can be empty.
    private(set) var words: [Word] = []

    init(_ line: String) {
        var word = Word()
        var isWord = false
        var isEscaped = false
        for scalar in line.unicodeScalars {
            if !isEscaped, word.quote == .none, scalar.isBlankInShell {
                if isWord { words.append(word) }
                (word, isWord) = (Word(), false)
                continue
            }
            isWord = true
            word.raw.unicodeScalars.append(scalar)
            isEscaped = word.append(scalar, isEscaped: isEscaped)
        }
        words.append(word)
    }
}

extension ShellLine.Word {
    /// Adds a character.
    ///
    /// - Returns: Whether it escapes the next one.
    fileprivate mutating func append(_ scalar: Unicode.Scalar, isEscaped: Bool) -> Bool {
        switch (quote, scalar) {
        case (.double, _) where isEscaped && !"$`\"\\".unicodeScalars.contains(scalar):
            text.unicodeScalars.append("\\")
            text.unicodeScalars.append(scalar)
        case _ where isEscaped: text.unicodeScalars.append(scalar)
        case (.none, "\\"), (.double, "\\"): return true
        case (.none, "'"): quote = .single
        case (.none, "\""): quote = .double
        case (.single, "'"), (.double, "\""): quote = .none
        default: text.unicodeScalars.append(scalar)
        }
        return false
    }

    /// The part of the word before the piece that the shell replaces.
    ///
    /// - Parameter last: The piece, as it is typed.
    /// - Returns: Nil where the word does not end in the piece.
    func head(before last: String) -> Self? {
        guard raw.unicodeScalars.count >= last.unicodeScalars.count,
            Array(raw.unicodeScalars.suffix(last.unicodeScalars.count))
                == Array(last.unicodeScalars)
        else { return nil }
        let head = raw.unicodeScalars.dropLast(last.unicodeScalars.count)
        var word = ShellLine.Word()
        var isEscaped = false
        for scalar in head {
            word.raw.unicodeScalars.append(scalar)
            isEscaped = word.append(scalar, isEscaped: isEscaped)
        }
        return isEscaped ? nil : word
    }
}

extension ShellLine.Quote {
    /// A text as it is typed after the opening quote, or outside of quotes.
    ///
    /// In double quotes an interactive shell takes `!` for a command of its history, so that the
    /// quotes are closed before it.
    func spelling(of text: String) -> String {
        switch self {
        case .none: return text.isEmpty ? "" : text.shellWord
        case .single: return text.unicodeScalars.map { $0 == "'" ? "'\\''" : "\($0)" }.joined()
        case .double:
            return text.unicodeScalars.map { scalar in
                switch scalar {
                case "$", "`", "\"", "\\": "\\\(scalar)"
                case "!": "\"'!'\""
                default: "\(scalar)"
                }
            }.joined()
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isBlankInShell: Bool { self == " " || self == "\t" || self == "\n" }
}
