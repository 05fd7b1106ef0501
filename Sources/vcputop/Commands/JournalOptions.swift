internal import ArgumentParser
internal import Journal

/// Whether changes are recorded.
struct JournalOptions: ParsableArguments {
    @Flag(help: "Send although nothing is recorded in the journal.")
    var noJournal = false

    /// The journal; nil where nothing is to be recorded.
    var journal: Journal? { noJournal ? nil : ChangeTrail.standard() }
}
