internal import CanvasKit
internal import GuestVCPU
internal import SafeText

/// What all screens and dialogs of the dashboard share.
struct SharedState: Sendable {
    let options: Options
    var size: Size
    var preferences: Preferences
    var roster = Roster()
    var hosts = HostRoster()
    var marks = MarkLedger()
    var commits = CommitLedger()
    var log = CommitLog()
    var trail = TrailState()
    var cursor = Cursor()
    /// The vCPU where a range was begun; nil while there is no range.
    var anchor: Cursor?
    var notice: Notice?
    /// The filters that were applied.
    var filterHistory = FilterHistory()

    init(options: Options, size: Size) {
        self.options = options
        self.size = size
        preferences = Preferences(interval: options.interval, usesMouse: options.usesMouse)
        preferences.columns = options.view.columns
        guard !options.view.filter.isEmpty else { return }
        roster.apply(options.view.filter, marked: [])
        filterHistory.append(options.view.filter.text)
    }
}

/// A vCPU of a guest.
struct Cursor: Hashable {
    /// The guest; nil where there is none.
    var guest: GuestID?
    /// The vCPU id that was gone to; a guest that lacks it shows the nearest below.
    var vcpu = 0
}

/// A message in the status line that stays until the next key.
struct Notice: Hashable {
    let text: String
    let role: Style.Role
}

extension SharedState {
    /// The smallest screen that is drawn whole.
    static let smallestSize = Size(columns: 40, rows: 8)

    /// Whether the screen is too small for more than a line that sums up.
    var isTiny: Bool {
        size.columns < Self.smallestSize.columns || size.rows < Self.smallestSize.rows
    }

    /// Why rows have to stay where they are; nil where they may move.
    ///
    /// What is marked or about to be sent must not move under the eyes.
    var reasonOrderIsHeld: String? {
        if !marks.isEmpty { return "the order is held while something is marked" }
        if anchor != nil { return "the order is held while a range is open" }
        guard !commits.locked.isEmpty else { return nil }
        return "the order is held until the last changes are known to be over"
    }

    /// The guest that the screen is about: the one of the detail, or under the cursor.
    var currentGuest: RosterGuest? { cursor.guest.flatMap { roster[$0] } }

    /// The vCPU that the cursor is on: the one gone to, or the nearest that the guest has.
    var currentVCPU: Int? { currentGuest?.vcpu(nearest: cursor.vcpu) }

    /// The cursor, on a vCPU that there is.
    var cursorOnVCPU: Cursor? {
        currentVCPU.map { Cursor(guest: cursor.guest, vcpu: $0) }
    }

    /// How full the machines are that run the guests; nil where none is known.
    var fullness: HostFullness? { HostFullness(hosts.all, roster.totals) }

    /// Whether nothing is read and nothing is under way: the screen stands still then, and so
    /// nothing is sent to the terminal.
    var isFrozen: Bool { preferences.isPaused && commits.inFlight.isEmpty }

    /// What the screen calls a guest.
    func label(of guest: GuestID) -> GuestLabel {
        roster[guest]?.label ?? GuestLabel(guest.name.printable(limit: 200))
    }

    /// What a sentence calls a guest.
    func shortName(of guest: GuestID) -> String {
        label(of: guest).cut(to: 60, in: options.glyphs)
    }

    /// The place of a guest in a list of guests; those without a row come last.
    func rank(_ guest: GuestID) -> (Int, String) {
        (roster.row(of: guest) ?? .max, guest.name)
    }

    /// The row of the cursor, and how many rows there are; nil where it is on none.
    var rowPlace: (row: Int, count: Int, text: String)? {
        guard let row = cursor.guest.flatMap(roster.row(of:)) else { return nil }
        return (row, roster.rows.count, "\(row + 1)/\(roster.rows.count)")
    }

    /// Lists the guests that a filter lets through, with the cursor on this one if it is listed.
    mutating func applyFilter(_ filter: GuestFilter, cursor guest: GuestID?) {
        roster.apply(filter, marked: Set(marks.byGuest.keys))
        cursor.guest = guest.flatMap(roster.row(of:)) == nil ? roster.rows.first : guest
        if let begun = anchor?.guest, roster.row(of: begun) == nil { anchor = nil }
    }

    /// Brings the cursor onto a guest that is listed.
    mutating func settleCursor() {
        if cursor.guest.flatMap(roster.row(of:)) == nil { cursor.guest = roster.rows.first }
    }

    mutating func warn(_ text: String) { notice = Notice(text: text, role: .warning) }
}
