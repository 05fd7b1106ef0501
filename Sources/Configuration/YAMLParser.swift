/// Parses the part of YAML that a configuration needs.
///
/// That is mappings and lists, by indentation or in brackets and braces, and texts of one line.
/// Anchors, aliases, tags, texts of several lines and more than one document are refused by name.
/// Each accepted file means the same to other readers of YAML.
package struct YAMLParser {
    var scanner: YAMLScanner
    /// Where the entries of the document stand, if it is a mapping by indentation.
    private var spans: [YAMLSpan] = []

    /// The most levels of mappings and lists.
    private static let deepest = 12

    /// The value of a document; nil for a file that says nothing.
    package static func parse(_ bytes: [UInt8]) throws(ConfigurationProblem) -> YAMLNode? {
        var parser = YAMLParser(scanner: try YAMLScanner(bytes))
        return try parser.document()
    }

    /// The value of a document, and where its entries stand.
    static func spans(
        _ bytes: [UInt8]
    ) throws(ConfigurationProblem) -> (root: YAMLNode?, spans: [YAMLSpan]) {
        var parser = YAMLParser(scanner: try YAMLScanner(bytes))
        let root = try parser.document()
        return (root, parser.spans)
    }

    private mutating func document() throws(ConfigurationProblem) -> YAMLNode? {
        try scanner.skipEmptyLines(refusesMarkers: false)
        if scanner.column == 0, scanner.isAtMarker("-") {
            for _ in 0..<3 { scanner.advance() }
            try scanner.endLine()
        }
        try scanner.skipEmptyLines()
        guard scanner.next != nil else { return nil }
        let node = try block(depth: 0)
        try scanner.skipEmptyLines()
        guard scanner.next == nil else {
            throw scanner.problem("this line continues nothing above it")
        }
        return node
    }

    /// A value that begins here and goes on in lines of the same indentation.
    private mutating func block(depth: Int) throws(ConfigurationProblem) -> YAMLNode {
        try check(depth)
        if isAtDash { return try sequence(depth: depth) }
        let start = scanner
        guard !isAtQuoteOrBracket else {
            let isText = isAtQuote
            let value = try inline(depth: depth)
            scanner.skipBlanks()
            if isText, scanner.next == ":" { throw quotedKey(value) }
            try scanner.endLine()
            return value
        }
        _ = try plain(isInFlow: false)
        let isKey = scanner.next == ":"
        scanner = start
        if isKey { return try mapping(depth: depth) }
        let value = try inline(depth: depth)
        try scanner.endLine()
        return value
    }

    private mutating func mapping(depth: Int) throws(ConfigurationProblem) -> YAMLNode {
        let (line, indentation) = (scanner.line, scanner.column)
        var entries: [YAMLNode.Entry] = []
        var lines: [String: Int] = [:]
        repeat {
            let keyLine = scanner.line
            let key = try self.key(&lines, isInFlow: false)
            let colon = scanner.column
            scanner.skipBlanks()
            let value: YAMLNode
            let end: YAMLSpan.End
            if try endsLineEarly() {
                let isNested =
                    scanner.next != nil
                    && (scanner.column > indentation || scanner.column == indentation && isAtDash)
                value = isNested ? try block(depth: depth + 1) : YAMLNode(keyLine, .empty)
                end = .before(nextLine)
            } else {
                value = try inline(depth: depth + 1)
                end = .at(line: scanner.line, column: scanner.column)
                try scanner.endLine()
            }
            if depth == 0 {
                spans.append(
                    YAMLSpan(
                        key: key, line: keyLine, indentation: indentation, colon: colon, end: end))
            }
            entries.append(YAMLNode.Entry(key: key, line: keyLine, value: value))
        } while try isContinued(at: indentation)
        return YAMLNode(line, .mapping(entries))
    }

    /// The line that the entry before does not reach; nil for the end of the file.
    private var nextLine: Int? {
        switch scanner.next {
        case nil: nil
        // Behind a text, the line is not over yet.
        case "\n": scanner.line + 1
        default: scanner.line
        }
    }

    private mutating func sequence(depth: Int) throws(ConfigurationProblem) -> YAMLNode {
        let (line, indentation) = (scanner.line, scanner.column)
        var items: [YAMLNode] = []
        repeat {
            let itemLine = scanner.line
            scanner.advance()
            scanner.skipBlanks()
            if try endsLineEarly() {
                let isNested = scanner.next != nil && scanner.column > indentation
                items.append(
                    isNested ? try block(depth: depth + 1) : YAMLNode(itemLine, .empty))
            } else {
                items.append(try block(depth: depth + 1))
            }
        } while try isContinued(at: indentation) && isAtDash
        return YAMLNode(line, .sequence(items))
    }

    /// Whether nothing more stands in the line; goes to the next line that says something then.
    private mutating func endsLineEarly() throws(ConfigurationProblem) -> Bool {
        guard scanner.isAtLineEnd || scanner.next == "#" else { return false }
        try scanner.skipEmptyLines()
        return true
    }

    /// Whether another line of the same indentation follows.
    private mutating func isContinued(at indentation: Int) throws(ConfigurationProblem) -> Bool {
        try scanner.skipEmptyLines()
        guard scanner.next != nil, scanner.column >= indentation else { return false }
        guard scanner.column == indentation else {
            throw scanner.problem(
                "this line is indented by \(scanner.column) blanks; \(indentation) are right here, or "
                    + "more below a key without a value")
        }
        return true
    }

    /// A key with its colon.
    ///
    /// - Parameter lines: The keys of the mapping so far, with their lines.
    mutating func key(
        _ lines: inout [String: Int], isInFlow: Bool
    ) throws(ConfigurationProblem) -> String {
        if isAtQuote { throw quotedKey(try inline(depth: 0)) }
        let line = scanner.line
        let key = try plain(isInFlow: isInFlow)
        guard scanner.next == ":" else {
            throw ConfigurationProblem(line, "expected 'KEY: VALUE', and found '\(key.shown)'")
        }
        if let first = lines[key] {
            throw ConfigurationProblem(
                line, "'\(key.shown)' is given twice: the first is in line \(first)")
        }
        lines[key] = line
        scanner.advance()
        return key
    }

    /// A key in quotes, as in JSON.
    private func quotedKey(_ key: YAMLNode) -> ConfigurationProblem {
        ConfigurationProblem(
            key.line, "a key is written without quotes: \(key.text?.shown ?? "KEY"): VALUE")
    }

    /// Bounds the levels: each costs a call.
    func check(_ depth: Int) throws(ConfigurationProblem) {
        guard depth < Self.deepest else { throw scanner.problem("it is nested too deep") }
    }

    private var isAtDash: Bool { scanner.next == "-" && (scanner.second?.isYAMLBlank ?? true) }
    private var isAtQuote: Bool { scanner.next == "\"" || scanner.next == "'" }
    private var isAtQuoteOrBracket: Bool {
        isAtQuote || scanner.next == "[" || scanner.next == "{"
    }
}
