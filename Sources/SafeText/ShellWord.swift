extension String {
    /// The text as one word of a POSIX shell.
    ///
    /// By scalars: to a shell, a quote is a quote whatever combining mark comes after it. Split by
    /// characters, a guest's name could end the quotes and add a command of its own.
    package var shellWord: String {
        if !isEmpty, first != "=", utf8.allSatisfy(\.isPlainInShell) { return self }
        let parts = unicodeScalars.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.map { String($0) }.joined(separator: "'\\''") + "'"
    }
}

extension UInt8 {
    /// Whether it is a character of ASCII that means nothing but itself in a shell.
    fileprivate var isPlainInShell: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "="),
            UInt8(ascii: "+"), UInt8(ascii: "@"), UInt8(ascii: ","), UInt8(ascii: "%"):
            true
        default: false
        }
    }
}
