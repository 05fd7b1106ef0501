internal import SafeText

/// Values that stand in one line, or in brackets and braces.
extension YAMLParser {
    mutating func inline(
        depth: Int, isInFlow: Bool = false
    ) throws(ConfigurationProblem) -> YAMLNode {
        let line = scanner.line
        switch scanner.next {
        case "[": return try flowSequence(depth: depth)
        case "{": return try flowMapping(depth: depth)
        case "'": return YAMLNode(line, .quoted(try singleQuoted()))
        case "\"": return YAMLNode(line, .quoted(try doubleQuoted()))
        default: return YAMLNode(line, .plain(try plain(isInFlow: isInFlow)))
        }
    }

    private mutating func flowSequence(depth: Int) throws(ConfigurationProblem) -> YAMLNode {
        try check(depth)
        let line = scanner.line
        var items: [YAMLNode] = []
        scanner.advance()
        try skipFlowSpace(until: "]", from: line)
        while scanner.next != "]" {
            items.append(try inline(depth: depth + 1, isInFlow: true))
            try endItem(before: "]", from: line)
        }
        scanner.advance()
        return YAMLNode(line, .sequence(items))
    }

    private mutating func flowMapping(depth: Int) throws(ConfigurationProblem) -> YAMLNode {
        try check(depth)
        let line = scanner.line
        var entries: [YAMLNode.Entry] = []
        var lines: [String: Int] = [:]
        scanner.advance()
        try skipFlowSpace(until: "}", from: line)
        while scanner.next != "}" {
            let keyLine = scanner.line
            let key = try self.key(&lines, isInFlow: true)
            try skipFlowSpace(until: "}", from: line)
            let isEmpty = scanner.next == "," || scanner.next == "}"
            let value =
                isEmpty
                ? YAMLNode(keyLine, .empty) : try inline(depth: depth + 1, isInFlow: true)
            entries.append(YAMLNode.Entry(key: key, line: keyLine, value: value))
            try endItem(before: "}", from: line)
        }
        scanner.advance()
        return YAMLNode(line, .mapping(entries))
    }

    /// Goes to the next item, or to the end.
    private mutating func endItem(
        before end: Unicode.Scalar, from line: Int
    ) throws(ConfigurationProblem) {
        try skipFlowSpace(until: end, from: line)
        if scanner.next == end { return }
        guard scanner.next == "," else {
            throw scanner.unexpected(
                "a comma stands between two items, and a text with ': ' in it needs quotes")
        }
        scanner.advance()
        try skipFlowSpace(until: end, from: line)
    }

    private mutating func skipFlowSpace(
        until end: Unicode.Scalar, from line: Int
    ) throws(ConfigurationProblem) {
        try scanner.skipEmptyLines()
        guard scanner.next != nil else {
            throw ConfigurationProblem(line, "what begins here has no '\(end)' at its end")
        }
    }

    /// A text without quotes, up to the end of the line, a comment, or a colon before a blank.
    mutating func plain(isInFlow: Bool) throws(ConfigurationProblem) -> String {
        try checkStart(isInFlow: isInFlow)
        var text = String.UnicodeScalarView()
        while let next = scanner.next, next != "\n" {
            if next == "#", scanner.last == " " { break }
            if next == ":" {
                let follower = scanner.second
                if follower?.isYAMLBlank ?? true { break }
                // Readers differ about what this means.
                if isInFlow, follower == "?" || follower?.isYAMLFlow ?? false {
                    throw scanner.unexpected()
                }
            }
            if isInFlow, next.isYAMLFlow { break }
            if next == "\t" { throw scanner.unexpected() }
            if next != " ", next.properties.generalCategory == .spaceSeparator {
                // It looks like a blank, as where lines were copied from a web page.
                let number = String(next.value, radix: 16, uppercase: true)
                throw scanner.problem(
                    "the blank at column \(scanner.column + 1) is U+\(number): type an ordinary one"
                )
            }
            text.append(next)
            scanner.advance()
        }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// Refuses what has a meaning of its own at the start of a text.
    private func checkStart(isInFlow: Bool) throws(ConfigurationProblem) {
        switch scanner.next {
        case "&", "*":
            throw scanner.problem(
                "anchors (&) and aliases (*) are not supported: a text that begins so needs quotes")
        case "!":
            throw scanner.problem("tags (!) are not supported: a text that begins so needs quotes")
        case "|", ">":
            throw scanner.problem(
                "texts of several lines (| and >) are not supported: one that begins so needs quotes"
            )
        case "%" where scanner.column == 0:
            throw scanner.problem("directives (%) are not supported: leave the line out")
        case "%", "@", "`": throw scanner.unexpected("a text that begins so needs quotes")
        case "'", "\"", "#", ",", "[", "]", "{", "}", "\t", "\n", nil: throw scanner.unexpected()
        case "?" where isInFlow, ":" where isInFlow:
            // Readers differ about what this means.
            throw scanner.unexpected()
        case "-", "?", ":":
            let follower = scanner.second
            let isSign =
                (follower?.isYAMLBlank ?? true) || isInFlow && (follower?.isYAMLFlow ?? false)
            if isSign, scanner.next == "-" {
                throw scanner.unexpected(
                    "the items of a list stand in lines below its key, or in brackets: [ONE, TWO]")
            }
            if isSign { throw scanner.unexpected("a text that begins so needs quotes") }
        default: break
        }
    }

    private mutating func singleQuoted() throws(ConfigurationProblem) -> String {
        var text = String.UnicodeScalarView()
        scanner.advance()
        while true {
            let next = try quotedCharacter()
            scanner.advance()
            if next == "'" {
                guard scanner.next == "'" else { return String(text) }
                scanner.advance()
            }
            text.append(next)
        }
    }

    private mutating func doubleQuoted() throws(ConfigurationProblem) -> String {
        var text = String.UnicodeScalarView()
        scanner.advance()
        while true {
            let next = try quotedCharacter()
            scanner.advance()
            switch next {
            case "\"": return String(text)
            case "\\": text.append(try escaped())
            default: text.append(next)
            }
        }
    }

    private func quotedCharacter() throws(ConfigurationProblem) -> Unicode.Scalar {
        guard let next = scanner.next, next != "\n" else {
            throw scanner.problem("a text in quotes has no end in its line")
        }
        return next
    }

    private mutating func escaped() throws(ConfigurationProblem) -> Unicode.Scalar {
        let letter = try quotedCharacter()
        scanner.advance()
        switch letter {
        case "\"", "\\", "/": return letter
        case "n": return "\n"
        case "t": return "\t"
        case "x": return try numbered(digits: 2)
        case "u": return try numbered(digits: 4)
        case "U": return try numbered(digits: 8)
        default:
            throw scanner.problem(
                "there is no escape '\\\(String(Character(letter)).shown)': within double quotes a "
                    + "backslash is written \\\\")
        }
    }

    private mutating func numbered(digits: Int) throws(ConfigurationProblem) -> Unicode.Scalar {
        var number: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = Character(try quotedCharacter()).hexDigitValue else {
                throw scanner.unexpected()
            }
            number = number * 16 + UInt32(digit)
            scanner.advance()
        }
        guard let scalar = Unicode.Scalar(number) else {
            throw scanner.problem("the escape is no character")
        }
        return scalar
    }
}

extension String {
    /// The text as a message quotes it.
    var shown: String { printable(limit: 80) }
}
