/// What is wrong with a configuration file, in one place of it.
package struct ConfigurationProblem: Error, Hashable, Sendable {
    /// The line, the first being 1.
    package let line: Int
    /// What is wrong there; lower case, no full stop, printable.
    package let message: String

    package init(_ line: Int, _ message: String) {
        self.line = line
        self.message = message
    }
}
