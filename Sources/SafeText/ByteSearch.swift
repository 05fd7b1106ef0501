extension String {
    /// Whether it contains a text, byte by byte.
    ///
    /// For words that are searched in each exchange with an agent: the standard library's `contains`
    /// makes a table for each search, and prepares more at its first call.
    package func hasBytes(of text: StaticString) -> Bool {
        text.withUTF8Buffer { part in
            var whole = self
            return whole.withUTF8 { bytes in
                guard part.count <= bytes.count else { return false }
                return (0...(bytes.count - part.count)).contains { start in
                    bytes[start...].starts(with: part)
                }
            }
        }
    }
}
