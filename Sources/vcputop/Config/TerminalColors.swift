internal import Glibc

/// Whether the user wants colours.
enum TerminalColors {
    /// See no-color.org: any value of `NO_COLOR` that is not empty means no colours.
    static var areWanted: Bool { getenv("NO_COLOR").map { $0.pointee == 0 } ?? true }
}
