internal import SafeText

/// Why a text of the command line is no filter, or no order.
package struct FleetQueryProblem: Error, Hashable, Sendable {
    /// What the text was to be.
    package enum Part: String, Hashable, Sendable {
        case filter, order
    }

    package let part: Part
    /// The text, as it was given.
    package let input: String
    /// Where the problem is, in characters, the first being 1.
    package let column: Int
    /// What is wrong there, with the word that was probably meant, or those that there are.
    package let message: String

    /// The problem in one line, printable.
    package var summary: String {
        "invalid \(part.rawValue) '\(input.printable(limit: 200))' at column \(column): "
            + message.printable(limit: 1_000)
    }
}
