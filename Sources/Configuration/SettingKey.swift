/// A key of a configuration file.
package enum SettingKey: String, CaseIterable, Sendable {
    case sources, interval, timeout, theme, ascii, mouse
    case readOnly = "read-only"
    case columns, sort, filter, journal, confirm

    /// What it means and can be, in words.
    package var help: String {
        switch self {
        case .sources:
            "Where guests come from: a list of { connect: URI } and { agent: PATH, name: NAME, qmp: "
                + "PATH }, qmp being optional. None means every guest of this host."
        case .interval: "How often the host is read, in seconds."
        case .timeout: "How long an agent may take to answer, in seconds."
        case .theme: "The colours, as of --theme."
        case .ascii: "Whether to draw with ASCII alone; true or false."
        case .mouse: "Whether to use the mouse; true or false."
        case .readOnly:
            "With true nothing is changed: not by the dashboard, and 'set' and 'revert' refuse."
        case .columns:
            "The columns that the dashboard's list shows, beside name, cells and note; 'auto' "
                + "where the width of the screen decides. With 'auto' in the list it decides about "
                + "those that the list does not name, and '-NAME' leaves one out: [auto, -age]."
        case .sort: "The dashboard's first order, as of 'list --sort'; 'auto' for its own."
        case .filter: "The dashboard's first filter."
        case .journal:
            "Where changes are recorded: true for the standard folder, the path of a folder, or "
                + "false for no record."
        case .confirm:
            "When the dashboard asks for the number of changes: where more than 'share' (0 to 1) of "
                + "a guest's online vCPUs go offline, or more than 'guests' guests change."
        }
    }
}

/// The words that values can be, which other modules define.
package struct SettingVocabulary: Sendable {
    package var themes: [String]
    package var columns: [String]
    /// Why a text is no order; nil where it is one.
    package var sortProblem: @Sendable (String) -> String?
    /// Why a text is no filter; nil where it is one.
    package var filterProblem: @Sendable (String) -> String?

    package init(
        themes: [String], columns: [String],
        sortProblem: @escaping @Sendable (String) -> String?,
        filterProblem: @escaping @Sendable (String) -> String?
    ) {
        self.themes = themes
        self.columns = columns
        self.sortProblem = sortProblem
        self.filterProblem = filterProblem
    }
}
