internal import ArgumentParser

/// Whether changes are recorded.
struct JournalOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo, exclusivity: .exclusive,
        help: "Record changes in the journal (the default), or send although nothing is recorded.")
    var journal: Bool?
}
