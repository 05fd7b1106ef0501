internal import Glibc

/// Where the journal is.
package enum JournalPlace {
    /// `$XDG_STATE_HOME/vcputop`, or `~/.local/state/vcputop`; nil where this user has no home.
    ///
    /// - Source: XDG Base Directory Specification, which has relative paths ignored.
    package static var standard: String? {
        if let state = variable("XDG_STATE_HOME") { return "\(state)/vcputop" }
        return (variable("HOME") ?? homeOfRoot).map { "\($0)/.local/state/vcputop" }
    }

    /// A variable that is an absolute path.
    private static func variable(_ name: String) -> String? {
        guard let value = getenv(name).map({ String(cString: $0) }), value.hasPrefix("/") else {
            return nil
        }
        return value
    }

    /// A unit of systemd has no HOME.
    private static var homeOfRoot: String? { geteuid() == 0 ? "/root" : nil }
}
