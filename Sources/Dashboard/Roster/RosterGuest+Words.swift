internal import CanvasKit
internal import GuestVCPU
internal import SafeText

extension RosterGuest {
    /// `ONLINE/ALL`.
    var onlineText: String {
        guard let guest = state.vcpus else { return "?/\(state.plugged.map(String.init) ?? "?")" }
        return "\(guest.online.count)/\(guest.vcpus.count)"
    }

    /// What the hypervisor has plugged, of how many slots: `5/8`.
    var pluggedText: String {
        guard let plugged = state.plugged else { return "-" }
        return state.slots.map { "\(plugged)/\($0)" } ?? "\(plugged)"
    }

    /// The first condition that keeps the guest from being read.
    private var trouble: Condition? { conditions.first { $0.status != nil } }

    /// Whether something keeps the guest from being read.
    var isUnreadable: Bool { trouble != nil }

    /// How its agent does, in the contract's word or a short one.
    func statusText(short: Bool) -> String {
        guard let status = trouble?.status else { return state.agent.name }
        return short ? status.short : status.long
    }

    var statusRole: Style.Role { trouble?.role ?? (state.agent == .ok ? .good : .faint) }

    /// How its agent does, in a sentence, with a short form.
    var statusFact: Fact {
        Fact(
            statusSentence, "\(trouble?.subject ?? "agent") \(statusText(short: true))",
            role: statusRole)
    }

    /// How its agent does, in a sentence.
    var statusSentence: String {
        trouble?.sentence ?? (state.agent == .pending ? "not read yet" : "agent ok")
    }
}

extension AgentStatus {
    var isFailed: Bool {
        if case .failed = self { return true }
        return false
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

extension VCPUState {
    var word: String {
        switch self {
        case .missing: "missing"
        case .online: "online"
        case .offline: "offline"
        }
    }
}
