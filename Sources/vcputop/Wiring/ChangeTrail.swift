internal import Configuration
internal import Journal
internal import QEMUHost

/// The journal of this user.
enum ChangeTrail {
    /// Where changes are recorded; nil where they are not.
    static func journal(_ settings: Settings) -> Journal? {
        settings.journal.value == .off ? nil : recorded(settings)
    }

    /// Where earlier changes are recorded; the standard place where new ones are not recorded.
    static func recorded(_ settings: Settings) -> Journal {
        let user = ProcessUser.current
        var path = UserFolder.state.path
        if case .folder(let folder) = settings.journal.value { path = folder }
        return Journal(in: path, author: JournalAuthor(user: user.name, login: user.login))
    }
}
