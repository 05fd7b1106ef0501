/// Changes values in the text of a configuration file, and leaves all else in it as it is.
package struct SettingsEditor {
    private var lines: [[Unicode.Scalar]]
    private let lineEnd: [Unicode.Scalar]
    private let hasMark: Bool

    private static let mark: Unicode.Scalar = "\u{FEFF}"
    private static let header = "# Saved by vcputop; 'vcputop config' prints what is in force.\n"

    /// Changes values.
    ///
    /// A comment stays where it is; a file in which one would be lost is refused.
    ///
    /// - Parameters:
    ///   - changes: At most one of each key.
    ///   - bytes: The file's contents; nil where there is no file yet.
    /// - Returns: The new contents.
    /// - Throws: What is in the way, with its line.
    package static func apply(
        _ changes: [SettingChange], to bytes: [UInt8]?
    ) throws(ConfigurationProblem) -> [UInt8] {
        let bytes = bytes ?? Array(header.utf8)
        guard bytes.count <= SettingsReader.largest else { throw SettingsReader.tooLarge }
        let (root, spans) = try YAMLParser.spans(bytes)
        if let root, spans.isEmpty {
            throw ConfigurationProblem(root.line, "the file is not lines of 'KEY: VALUE'")
        }
        var editor = SettingsEditor(bytes)
        // From the last line to the first: what is above keeps its place.
        for span in spans.reversed() {
            guard let change = changes.first(where: { $0.key.rawValue == span.key }) else {
                continue
            }
            try editor.replaceValue(at: span, with: change.yaml)
        }
        let indentation = spans.first?.indentation ?? 0
        for change in changes where !spans.contains(where: { $0.key == change.key.rawValue }) {
            editor.append(
                String(repeating: " ", count: indentation)
                    + "\(change.key.rawValue): \(change.yaml)")
        }
        let edited = editor.bytes
        try verify(edited, changes, root)
        return edited
    }

    private init(_ bytes: [UInt8]) {
        var text = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        hasMark = text.first == Self.mark
        if hasMark { text.removeFirst() }
        lineEnd = text.contains("\r") ? ["\r", "\n"] : ["\n"]
        lines = text.filter { $0 != "\r" }
            .split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
        // What is behind the last line end is no line.
        if lines.last == [] { lines.removeLast() }
    }

    private var bytes: [UInt8] {
        var text = String.UnicodeScalarView()
        if hasMark { text.append(Self.mark) }
        for line in lines { text.append(contentsOf: line + lineEnd) }
        return Array(String(text).utf8)
    }

    private mutating func replaceValue(
        at span: YAMLSpan, with value: String
    ) throws(ConfigurationProblem) {
        let first = span.line - 1
        let last: Int
        // The value's text where it spans lines, and what follows the value in its line.
        var old: [Unicode.Scalar] = []
        let rest: ArraySlice<Unicode.Scalar>
        switch span.end {
        case .at(let line, let column):
            last = line - 1
            if last > first {
                old += lines[first].dropFirst(span.colon)
                old += lines[(first + 1)..<last].joined()
                old += lines[last].prefix(column)
            }
            // The blanks between a value and a comment belong to neither.
            let blanks = lines[last].prefix(column).reversed().prefix { $0 == " " }.count
            rest = lines[last].dropFirst(column - blanks)
        case .before(let next):
            var end = (next.map { $0 - 1 } ?? lines.count) - 1
            while end > first, Self.saysNothing(lines[end]) { end -= 1 }
            last = end
            old += lines[(first + 1)..<(last + 1)].joined()
            rest = lines[first].dropFirst(span.colon)
        }
        // A '#' that is no comment is in the way as well; that is rare.
        guard !old.contains("#") else {
            throw ConfigurationProblem(
                span.line, "the value of '\(span.key)' has a comment in it, which would be lost")
        }
        let gap: [Unicode.Scalar] = rest.isEmpty || rest.first == " " ? [] : [" "]
        let new = lines[first].prefix(span.colon) + [" "] + value.unicodeScalars + gap + rest
        lines.replaceSubrange(first...last, with: [Array(new)])
    }

    private mutating func append(_ line: String) { lines.append(Array(line.unicodeScalars)) }

    /// Whether a line is empty, or a comment.
    private static func saysNothing(_ line: [Unicode.Scalar]) -> Bool {
        line.first { $0 != " " }.map { $0 == "#" } ?? true
    }

    /// Reads the new contents: what was not to change has not, and what was has.
    private static func verify(
        _ bytes: [UInt8], _ changes: [SettingChange], _ root: YAMLNode?
    ) throws(ConfigurationProblem) {
        var wanted: [String: YAMLNode.Content] = [:]
        for entry in root?.entries ?? [] { wanted[entry.key] = entry.value.withoutLines.content }
        for change in changes {
            let line = Array("\(change.key.rawValue): \(change.yaml)".utf8)
            let entries = try YAMLParser.parse(line)?.entries ?? []
            for entry in entries { wanted[entry.key] = entry.value.withoutLines.content }
        }
        var found: [String: YAMLNode.Content] = [:]
        for entry in try YAMLParser.parse(bytes)?.entries ?? [] {
            found[entry.key] = entry.value.withoutLines.content
        }
        guard found == wanted else {
            throw ConfigurationProblem(
                1, "the file is written in a way that cannot be changed here")
        }
    }
}

extension YAMLNode {
    fileprivate var entries: [Entry] {
        guard case .mapping(let entries) = content else { return [] }
        return entries
    }

    /// The same value, wherever it stands.
    fileprivate var withoutLines: YAMLNode {
        switch content {
        case .empty, .plain, .quoted: YAMLNode(0, content)
        case .sequence(let items): YAMLNode(0, .sequence(items.map(\.withoutLines)))
        case .mapping(let entries):
            YAMLNode(
                0,
                .mapping(
                    entries.map {
                        Entry(key: $0.key, line: 0, value: $0.value.withoutLines)
                    }))
        }
    }
}
