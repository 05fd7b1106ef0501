internal import Glibc

/// Where the journal is.
package enum JournalPlace {
    /// `$XDG_STATE_HOME/vcputop`, or `~/.local/state/vcputop`; nil where this user has no home.
    ///
    /// Root has `/root` where HOME is missing, as in a unit of systemd, and where it is another
    /// user's, as sudo can leave it: files of root's there would lock that user out.
    ///
    /// - Source: XDG Base Directory Specification, which has relative paths ignored.
    package static var standard: String? {
        path(
            state: variable("XDG_STATE_HOME"), home: variable("HOME"), user: geteuid(),
            owner: owner(of:))
    }

    static func path(
        state: String?, home: String?, user: uid_t, owner: (String) -> uid_t?
    ) -> String? {
        if let state, state.hasPrefix("/") { return "\(state)/vcputop" }
        var home = home.flatMap { $0.hasPrefix("/") ? $0 : nil }
        if user == 0, home.flatMap(owner) != 0 { home = "/root" }
        return home.map { "\($0)/.local/state/vcputop" }
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// The owner of a folder; nil where that is not known.
    private static func owner(of path: String) -> uid_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_uid : nil
    }
}
