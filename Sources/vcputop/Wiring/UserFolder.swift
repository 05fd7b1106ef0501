internal import Glibc

/// A folder for one kind of this user's files, which the environment names.
///
/// Root does not follow the environment into a folder that another user owns, as sudo can leave it.
/// Files of root's there would lock that user out, and what that user wrote is not for root to
/// obey.
struct UserFolder: Sendable {
    /// The variable that names the folder, such as `XDG_STATE_HOME`.
    private let variable: String
    /// The folder below the home where the variable is not set.
    private let standard: String

    /// The folder of the journal.
    static let state = UserFolder(variable: "XDG_STATE_HOME", standard: ".local/state")
    /// The folder of the configuration.
    static let configuration = UserFolder(variable: "XDG_CONFIG_HOME", standard: ".config")

    /// The folder's part that belongs to vcputop; nil where this user has no home.
    var path: String? {
        path(
            user: geteuid(), owner: Self.owner(of:),
            environment: { getenv($0).map { String(cString: $0) } })
    }

    /// Chooses among the variable, the home, and for root `/root`.
    ///
    /// Root has `/root` also where HOME is missing, as in a unit of systemd.
    ///
    /// - Parameters:
    ///   - owner: The owner of a file; nil where it is missing.
    ///   - environment: The value of a variable.
    /// - Source: XDG Base Directory Specification, which has relative paths ignored.
    func path(
        user: uid_t, owner: (String) -> uid_t?, environment: (String) -> String?
    ) -> String? {
        /// Whether the first file that is there, on the way up from a path, is root's.
        func isRoots(_ path: String) -> Bool {
            var place = path[...]
            while true {
                while place.last == "/" { place.removeLast() }
                if let owner = owner(place.isEmpty ? "/" : String(place)) { return owner == 0 }
                guard let slash = place.lastIndex(of: "/") else { return false }
                place = place[..<slash]
            }
        }
        func absolute(_ name: String) -> String? {
            environment(name).flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        if let folder = absolute(variable) {
            let own = "\(folder)/vcputop"
            if user != 0 || isRoots(folder) && isRoots(own) { return own }
        }
        if let home = absolute("HOME") {
            let own = "\(home)/\(standard)/vcputop"
            // A home that is missing may be about to be made for another user.
            if user != 0 || owner(home) == 0 && isRoots(own) { return own }
        }
        return user == 0 ? "/root/\(standard)/vcputop" : nil
    }

    /// The owner of a file, or of the link that leads to it where that is another user's.
    private static func owner(of path: String) -> uid_t? {
        var link = stat()
        guard lstat(path, &link) == 0 else { return nil }
        var file = stat()
        guard link.st_uid == 0 else { return link.st_uid }
        return stat(path, &file) == 0 ? file.st_uid : nil
    }
}
