internal import CanvasKit
internal import GuestVCPU
internal import SafeText

/// What one frame is drawn from: the model, at one moment.
struct Frame {
    let model: Model
    let shared: SharedState
    /// The moment that the screen shows: of the drawing, or where a pause has stopped it.
    let moment: Moment

    init(_ model: Model, at moment: Moment) {
        self.model = model
        shared = model.shared
        self.moment = model.stoppedAt ?? moment
    }

    /// A frame of the same moment for a part of the screen.
    init(_ frame: Frame, shared: SharedState) {
        model = frame.model
        self.shared = shared
        moment = frame.moment
    }

    var size: Size { shared.size }
    var glyphs: GlyphSet { shared.options.glyphs }
    var roster: Roster { shared.roster }

    /// How old a reading is at the moment that the screen shows.
    func age(of instant: ContinuousClock.Instant) -> Duration { moment.age(of: instant) }

    /// An age in words: `3s ago`, or while paused `3s before 12:41:09`.
    func sinceText(_ age: Duration) -> String {
        guard shared.isFrozen, !moment.clock.isEmpty else { return "\(age.ageText) ago" }
        return "\(age.ageText) before \(moment.clock.printable(limit: 20))"
    }

    /// Whether what is shown of a guest may no longer hold.
    func isStale(_ member: RosterGuest) -> Bool { member.isStale(at: moment) }

    /// A guest with all that is known about it.
    func lens(on member: RosterGuest) -> GuestLens { shared.lens(on: member, at: moment) }

    /// The context of every cell on the screen.
    var textContext: TextContext { TextContext(glyphs: glyphs, moment: moment) }
}

extension RosterGuest {
    /// How old a reading may be before it is shown as such: guests off the screen are read every
    /// 15 seconds.
    static let freshness: Duration = .seconds(30)

    /// Whether what is shown of the guest may no longer hold.
    func isStale(at moment: Moment) -> Bool {
        if isGone || isSourceDown || state.agent.isFailed { return true }
        guard let guest = state.vcpus else { return false }
        return moment.age(of: guest.readAt) > Self.freshness
    }
}
