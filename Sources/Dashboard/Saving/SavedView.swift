/// What the dashboard shows, as far as a configuration can store it.
struct SavedView: Hashable {
    private var columns: ColumnChoice
    private var order: SortOrder<RosterGuest>
    private var filter: String
    private var interval: Duration
    private var usesMouse: Bool

    /// What the dashboard begins with.
    init(_ options: Options) {
        columns = options.view.columns
        order = options.view.order
        filter = options.view.filter.text
        interval = options.interval
        usesMouse = options.usesMouse
    }

    /// What it shows now.
    init(_ model: Model) {
        let preferences = model.shared.preferences
        columns = preferences.columns
        order = model.fleet.order
        filter = model.shared.roster.filter.text
        interval = preferences.interval
        usesMouse = preferences.usesMouse
    }

    /// What a configuration has to say beside what it says for another view.
    func settings(since other: SavedView) -> [ChosenSetting] {
        var settings: [ChosenSetting] = []
        if columns != other.columns { settings.append(.columns(columns.words)) }
        if order != other.order {
            settings.append(.order(order == FleetColumns.initialOrder ? nil : order.word))
        }
        // Marks do not outlast the dashboard, nor does a filter of them.
        let isLasting = (try? GuestFilter(filter, hasMarks: false)) != nil
        if filter != other.filter, isLasting { settings.append(.filter(filter)) }
        if interval != other.interval { settings.append(.interval(interval)) }
        if usesMouse != other.usesMouse { settings.append(.mouse(usesMouse)) }
        return settings
    }
}

extension SortOrder<RosterGuest> {
    /// The order as a command line has it.
    fileprivate var word: String { key.word + (isReversed ? FleetQuery.reversed : "") }
}
