internal import Journal
internal import QEMUHost

/// The journal of this user.
enum ChangeTrail {
    /// The journal in its standard place.
    static func standard() -> Journal {
        let user = ProcessUser.current
        return Journal(
            in: JournalPlace.standard, author: JournalAuthor(user: user.name, login: user.login))
    }
}
