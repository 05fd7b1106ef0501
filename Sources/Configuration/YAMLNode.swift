/// A value of a YAML document, with the line that it begins in.
package struct YAMLNode: Hashable, Sendable {
    package let line: Int
    package let content: Content

    package init(_ line: Int, _ content: Content) {
        self.line = line
        self.content = content
    }

    package enum Content: Hashable, Sendable {
        /// Nothing stands there.
        case empty
        /// A text without quotes: what it means depends on what is expected.
        case plain(String)
        /// A text in quotes.
        case quoted(String)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    /// A key and its value.
    package struct Entry: Hashable, Sendable {
        package let key: String
        /// The line of the key.
        package let line: Int
        package let value: YAMLNode
    }
}
