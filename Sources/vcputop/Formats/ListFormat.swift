internal import ArgumentParser

/// What `list` prints.
enum ListFormat: String, CaseIterable, ExpressibleByArgument {
    /// For people.
    case table
    case json
    case csv
    /// What scrapers of OpenMetrics read.
    case openmetrics
    /// The text format of Prometheus, which has other names for the types of counters.
    case prometheus

    /// None: by itself the library looks for one of each value at each start of `list`.
    static var allValueDescriptions: [String: String] { [:] }

    /// Whether it is for programs.
    var isData: Bool { self != .table }
}
