/// The user that changes guests.
package struct JournalAuthor: Hashable, Sendable {
    /// The user that the program runs as.
    package let user: String
    /// The user that logged in, where that is another one; nil where it is not known.
    ///
    /// Guests are mostly changed as root, by `sudo`: that name alone would name no person.
    package let login: String?

    /// Creates an author.
    package init(user: String, login: String?) {
        self.user = user
        self.login = login
    }
}
