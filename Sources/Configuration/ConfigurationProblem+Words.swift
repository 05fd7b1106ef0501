internal import SafeText

extension ConfigurationProblem {
    /// A key that does not exist.
    ///
    /// - Parameter parent: What it stands in; nil for the file.
    static func unknownKey(
        _ entry: YAMLNode.Entry, among keys: [String], of parent: String? = nil
    ) -> Self {
        let advice =
            NearestWord.question(entry.key, among: keys)
            ?? "there are \(keys.joined(separator: ", "))"
        let place = parent.map { " of \($0)" } ?? ""
        return Self(entry.line, "no key '\(entry.key.shown)'\(place); \(advice)")
    }

    /// A value that the key cannot have.
    ///
    /// - Parameter allowed: What it can be.
    static func wrongValue(
        _ entry: YAMLNode.Entry, _ allowed: String, _ advice: String? = nil
    ) -> Self {
        let end = advice.map { "; \($0)" } ?? ""
        let value = entry.value
        return Self(
            value.line, "'\(entry.key)' takes \(allowed), and not \(value.words)\(end)")
    }
}

extension YAMLNode {
    /// The text, with or without quotes; nil for anything else.
    var text: String? {
        switch content {
        case .plain(let text), .quoted(let text): text
        case .empty, .sequence, .mapping: nil
        }
    }

    /// The value as a message names it.
    fileprivate var words: String {
        switch content {
        case .empty: "nothing"
        case .plain(let text): "'\(text.shown)'"
        case .quoted(let text): "the text \"\(text.shown)\""
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

extension String {
    /// Whether it is one line of characters that can be seen.
    var isOneLine: Bool { unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } }

    var isAbsolutePath: Bool { hasPrefix("/") && isOneLine }
}

extension Double {
    /// A number as people write it: digits, and a point with more of them.
    init?(decimal text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard text.utf8.count <= 20, !parts.isEmpty,
            parts.allSatisfy({ part in
                !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            })
        else { return nil }
        self.init(text)
    }

    /// The number without a point where it is whole.
    package var shortText: String { Int(exactly: self).map { "\($0)" } ?? "\(self)" }
}
