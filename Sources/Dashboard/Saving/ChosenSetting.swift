/// A setting that the user chose in the dashboard, and that a configuration can store.
package enum ChosenSetting: Hashable, Sendable {
    /// The columns of the list of guests, as of `StartView`; nil where the width of the screen
    /// decides.
    case columns([String]?)
    /// The order of the list of guests, as of `FleetQuery`; nil for the dashboard's own.
    case order(String?)
    /// The filter; empty for none.
    case filter(String)
    /// How often the host is read.
    case interval(Duration)
    /// Whether the mouse is used.
    case mouse(Bool)

    /// What a message calls it.
    var name: String {
        switch self {
        case .columns: "columns"
        case .order: "sort"
        case .filter: "filter"
        case .interval: "interval"
        case .mouse: "mouse"
        }
    }
}

/// What came of saving.
package enum SaveEnd: Hashable, Sendable {
    /// The settings are in the file.
    case saved
    /// Nothing was written, for this reason, which is printable.
    case failed(String)
}
