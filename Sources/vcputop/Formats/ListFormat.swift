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

    /// Whether it is for programs.
    var isData: Bool { self != .table }
}
