extension StringProtocol {
    /// The text without anything that a terminal could take for a command or that could hide
    /// or reorder what stands beside it.
    ///
    /// Control characters (C0, C1, DEL), line and paragraph separators, bidirectional controls
    /// and other format characters become a blank each; what is longer than `limit` ends in `…`.
    ///
    /// - Parameter limit: The most characters (grapheme clusters) to keep, at least 1; a cluster
    ///   counts for no more than its first eight scalars.
    public func printable(limit: Int = .max) -> String {
        var result = ""
        var count = 0
        for character in self {
            if count == limit {
                result.removeLast()
                return result + "…"
            }
            count += 1
            for scalar in character.unicodeScalars.prefix(8) {
                result.unicodeScalars.append(scalar.isPrintable ? scalar : " ")
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    fileprivate var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
            .unassigned:
            // The joiners make emoji and some scripts what they are, and print nothing alone.
            value == 0x200C || value == 0x200D
        default: true
        }
    }
}
