internal import CanvasKit
package import GuestVCPU
internal import SafeText

extension RosterGuest {
    /// `ONLINE/ALL`.
    var onlineText: String {
        guard let guest = state.vcpus else { return "?/\(plugged.map(String.init) ?? "?")" }
        return "\(guest.online.count)/\(guest.vcpus.count)"
    }

    /// What the hypervisor has plugged, of how many slots: `5/8`.
    var pluggedText: String {
        guard let plugged else { return "-" }
        return slots.map { "\(plugged)/\($0)" } ?? "\(plugged)"
    }

    /// How its agent does, in the contract's word or a short one.
    func statusText(short: Bool) -> String {
        if isGone { return "gone" }
        if isSourceDown { return "down" }
        return short ? state.agent.shortName : state.agent.name
    }

    var statusRole: Style.Role {
        if isGone || isSourceDown { return .bad }
        switch state.agent {
        case .ok: return .good
        case .pending: return .faint
        case .failed: return .bad
        }
    }
}

extension AgentStatus {
    var isFailed: Bool {
        if case .failed = self { return true }
        return false
    }

    /// The status in seven characters at the most.
    fileprivate var shortName: String {
        guard case .failed(let error) = self else { return name }
        return switch error.kind {
        case .unresponsive: "silent"
        case .disconnected: "closed"
        case .denied: "denied"
        case .busy: "busy"
        case .waiting: "waiting"
        case .notRunning: "notrun"
        case .absent: "absent"
        case .paused: "paused"
        case .unsupported: "unsupp"
        case .blocked: "blocked"
        case .frozen: "frozen"
        case .malformed: "garbled"
        case .error: "error"
        }
    }
}

extension GuestLabel {
    /// The label in so many cells of the screen.
    func cut(to width: Int, in glyphs: GlyphSet) -> String {
        // Most labels fit, and that is seen without a look at each character.
        if columns <= width { return text }
        return cut(to: width, ellipsis: glyphs.ellipsis) { Glyph($0, in: glyphs).width }
    }
}

extension Model {
    /// What the screen calls a guest.
    func label(of guest: GuestID) -> GuestLabel {
        roster[guest]?.label ?? GuestLabel(guest.name.printable(limit: 200))
    }

    /// What a sentence calls a guest.
    package func shortName(of guest: GuestID) -> String {
        label(of: guest).cut(to: 60, in: options.glyphs)
    }
}

extension VCPUState {
    var word: String {
        switch self {
        case .missing: "missing"
        case .online: "online"
        case .offline: "offline"
        }
    }
}

extension Commit.Phase {
    /// What a change is doing.
    var word: String {
        switch self {
        case .waiting: "waiting"
        case .step(.reading): "reading"
        case .step(.sending(let changes)): "sending \(changes.count)"
        case .step(.rereading): "re-reading"
        case .step(.undoing(let changes)): "undoing \(changes.count)"
        case .finished(let result, _): result.outcome.title
        }
    }
}
