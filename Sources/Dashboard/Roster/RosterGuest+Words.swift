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

    /// The state of its agent, as in the JSON or shorter.
    func statusText(short: Bool) -> String {
        guard let status = trouble?.status else { return state.agent.name }
        return short ? status.short : status.long
    }

    var statusRole: Style.Role { trouble?.role ?? (state.agent == .ok ? .good : .faint) }

    /// The state of its agent in a sentence, with a short form.
    var statusFact: Fact { Fact(statusSentence, subjectAndStatus(short: true), role: statusRole) }

    /// What is in which state: `agent silent`, `source down`, `guest gone`.
    func subjectAndStatus(short: Bool) -> String {
        "\(trouble?.subject ?? "agent") \(statusText(short: short))"
    }

    /// The state of its agent in a sentence.
    var statusSentence: String {
        trouble?.sentence ?? (state.agent == .pending ? "not read yet" : "agent ok")
    }
}
