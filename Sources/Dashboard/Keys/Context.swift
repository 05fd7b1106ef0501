/// Which set of keys is in force.
enum Context: Hashable, CaseIterable {
    /// The screen is too small to show what a key would do.
    case tiny
    case fleet
    case detail
    /// The CPUs of the machines that run the guests.
    case host
    case review
    case results
    case help
    case log
    case sources
    /// What is wrong with a guest.
    case doctor
    case leave
    /// The orders of a table.
    case order
    /// The columns of the list of guests.
    case columns
    /// Something is being typed.
    case prompt

    /// Where guests and vCPUs are shown.
    static let grids: Set = [fleet, detail]
    /// What there is when no dialog is open.
    static let screens = grids.union([host])
    /// The dialogs that scroll.
    static let pages: Set = [review, results, help, log, sources, doctor]
    /// The dialogs in which something is chosen.
    static let choices: Set = [order, columns]
}
