package import CanvasKit
internal import GuestVCPU

/// Everything that the dashboard knows and shows.
///
/// A value that `update` alone changes, by events; what has to be done comes back as effects,
/// and `render` draws it.
package struct Model: Sendable {
    let options: Options
    var size: Size
    /// The time of the latest event that carries one.
    var now: ContinuousClock.Instant?
    /// What the clock on the wall showed then.
    var clock = ""
    /// The moment that the screen shows; it stands still while `isFrozen`.
    var shownNow: ContinuousClock.Instant?
    /// The wall-clock time at the moment that the screen shows.
    var shownClock = ""
    var roster = Roster()
    var marks = MarkBook()
    var book = CommitBook()
    var log = CommitLog()

    var screen = Screen.fleet
    /// What lies over the screen, the uppermost last.
    var dialogs: [Dialog] = []
    var cursor = Cursor()
    /// Where a range was begun.
    var anchor: Cursor?
    var viewport = Viewport()
    var isMatrix = false
    /// Whether the fleet is shown as tiles.
    var isTiled = false
    var sort = FleetColumns.initialOrder
    /// The order of the table of a guest in detail, and the vCPUs in it.
    var tableOrder = VCPUColumns.initialOrder
    var detailOrder: [Int] = []
    var searched = ""
    /// What was looked for in the dialog, and the line where it was found last.
    var found = FoundText()
    var notice: Notice?
    /// Whether nothing is read but what is asked for.
    package internal(set) var isPaused = false
    var usesMouse: Bool
    var interval: Duration
    var isLeaving = false
    /// What `Effect.setTicking` said last.
    var isTicking = false
    /// The guests that `Effect.setVisible` named last.
    var announced: [GuestID] = []
    /// The guests that are marked, as they were announced last.
    var announcedMarked: Set<GuestID> = []

    /// Creates a dashboard that knows nothing yet.
    package init(options: Options, size: Size) {
        self.options = options
        self.size = size
        interval = options.interval
        usesMouse = options.usesMouse
    }

    /// The smallest screen that is drawn whole.
    static let smallestSize = Size(columns: 40, rows: 8)
}

/// A vCPU of a guest.
struct Cursor: Hashable {
    /// The guest; nil where there is none.
    var guest: GuestID?
    /// The vCPU id that was gone to; a guest that lacks it shows the nearest below.
    var vcpu = 0
}

/// Which part of what there is the screen shows.
struct Viewport: Hashable {
    /// The first row of the roster.
    var top = 0
    /// The first line of the detail's table or matrix.
    var detailTop = 0
    /// The first of the host's vCPUs that stand apart in the detail.
    var hostTop = 0
}

extension Model {
    /// The keys that are in force.
    var context: Context {
        if isTiny {
            if case .leave = dialogs.last { return .leave }
            return .tiny
        }
        switch dialogs.last {
        case .review: return .review
        case .results: return .results
        case .help: return .help
        case .log: return .log
        case .sources: return .sources
        case .leave: return .leave
        case .search: return .search
        case .find: return .find
        case .filter: return .filter
        case .count: return .count
        case .markList: return .markList
        case nil: break
        }
        if case .detail = screen { return .detail }
        return .fleet
    }

    /// Whether the screen is too small for more than a line that sums up.
    var isTiny: Bool {
        size.columns < Self.smallestSize.columns || size.rows < Self.smallestSize.rows
    }

    /// Whether rows must stay where they are: what is marked or about to be sent must not move
    /// under the eyes.
    var isOrderFrozen: Bool {
        !marks.isEmpty || !dialogs.isEmpty || anchor != nil || !book.locked.isEmpty
    }

    /// The guest that the screen is about: the one of the detail, or under the cursor.
    var currentGuest: RosterGuest? { cursor.guest.flatMap { roster[$0] } }

    /// The vCPU that the cursor is on: the one gone to, or the nearest that the guest has.
    var currentVCPU: Int? { currentGuest?.vcpu(nearest: cursor.vcpu) }

    /// Whether nothing is read and nothing is under way: the screen stands still then, and so
    /// nothing is sent to the terminal.
    var isFrozen: Bool { isPaused && book.inFlight.isEmpty }

    /// How old a reading is at the moment that the screen shows.
    func age(of instant: ContinuousClock.Instant) -> Duration { textContext.age(of: instant) }

    /// How old a reading may be before it is shown as such: guests off the screen are read every
    /// 15 seconds.
    static let freshness: Duration = .seconds(30)

    /// Whether what is shown of a guest may no longer hold.
    func isStale(_ member: RosterGuest) -> Bool {
        if member.isGone || member.isSourceDown { return true }
        if case .failed = member.state.agent { return true }
        guard let guest = member.state.vcpus else { return false }
        return age(of: guest.readAt) > Self.freshness
    }
}

extension RosterGuest {
    /// The vCPU with this id; else the nearest below it, else the lowest; nil where none is
    /// known.
    func vcpu(nearest id: Int) -> Int? {
        guard let guest = state.vcpus else { return nil }
        var candidate = min(id, CPUMap.idRange.upperBound)
        while candidate >= 0, !guest.vcpus.contains(candidate) { candidate -= 1 }
        return candidate >= 0 ? candidate : guest.vcpus.min
    }
}
