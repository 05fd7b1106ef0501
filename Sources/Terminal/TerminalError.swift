/// Why the dashboard cannot be shown.
package enum TerminalError: Error, Hashable, Sendable {
    /// Standard input or standard output is no terminal.
    case notATerminal
    /// The system knows no terminal of this name (`TERM`); empty where none is set.
    case unknownTerminal(String)
    /// The terminal of this name cannot move its cursor, so that nothing can be drawn.
    case cannotMoveCursor(String)
    /// The terminal could not be set up.
    case cannotStart
}
