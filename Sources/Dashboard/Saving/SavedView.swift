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
    ///
    /// - Parameter shown: The columns that are on the screen, which are stored where the user
    ///   decided about any: a configuration lists all of them.
    func settings(since other: SavedView, shown: [FleetColumn]) -> [ChosenSetting] {
        var settings: [ChosenSetting] = []
        if columns != other.columns {
            let isAutomatic = columns == ColumnChoice()
            settings.append(.columns(isAutomatic ? nil : shown.map(\.rawValue)))
        }
        if order != other.order {
            settings.append(.order(order == FleetColumns.initialOrder ? nil : order.word))
        }
        if filter != other.filter { settings.append(.filter(filter)) }
        if interval != other.interval { settings.append(.interval(interval)) }
        if usesMouse != other.usesMouse { settings.append(.mouse(usesMouse)) }
        return settings
    }
}

extension SortOrder<RosterGuest> {
    /// The order as a command line has it.
    fileprivate var word: String { key.word + (isReversed ? FleetQuery.reversed : "") }
}
