package import CanvasKit
package import GuestVCPU

/// Everything that the dashboard knows and shows.
///
/// A value that `update` alone changes, by events; what has to be done comes back as effects,
/// and `render` draws it. Each screen and each dialog keeps its own state; what they share is in
/// `shared`.
package struct Model: Sendable {
    var shared: SharedState
    var fleet: FleetScreen
    /// The guest that is shown in detail; nil while the list of guests is shown.
    var detail: DetailScreen?
    /// The machines that run the guests, below the detail if both are there; nil while neither
    /// they nor a guest that they led to are shown.
    var host: HostScreen?
    /// What lies over the screen, the uppermost last.
    var dialogs: [any Dialog] = []
    /// The moment that the screen shows while it is paused; nil while it is not.
    var stoppedAt: Moment?
    /// Whether the user has quit; what is under way ends first.
    var isLeaving = false
    var announced = Announcements()
    /// The view as the configuration has it, or as it was saved last.
    var saved: SavedView
    /// The view that is being saved; nil while none is.
    var saving: SavedView?
    /// Whether the last event may have changed a cell of the screen, its clock and ages excepted.
    package internal(set) var mayLookDifferent = true

    /// Creates a dashboard that knows nothing yet.
    package init(options: Options, size: Size) {
        shared = SharedState(options: options, size: size)
        fleet = FleetScreen(order: options.view.order)
        saved = SavedView(options)
    }

    /// What a sentence calls a guest.
    package func shortName(of guest: GuestID) -> String { shared.shortName(of: guest) }
}

extension Model {
    /// The keys that are in force.
    var context: Context {
        if shared.isTiny { return dialogs.last is LeaveQuestion ? .leave : .tiny }
        return dialogs.last?.context ?? (detail != nil ? .detail : host != nil ? .host : .fleet)
    }

    /// Whether rows must stay where they are.
    var isOrderHeld: Bool { shared.reasonOrderIsHeld != nil || !dialogs.isEmpty }

    /// The machines where they are the screen that is shown.
    var shownHost: HostScreen? { detail == nil ? host : nil }

    /// The guest that is shown in detail; nil while another screen is shown.
    var guestInDetail: GuestID? { detail?.guest }
}
