internal import CanvasKit
internal import GuestVCPU

extension Problem {
    /// The problem in a sentence about the guest.
    var sentence: String {
        switch self {
        case .failed(let id): "the change of vCPU \(id) failed"
        case .outcomeUnknown: "what became of its last change is not known yet"
        case .doubtful: "it went away or restarted since it was marked"
        case .gone: "no source lists it any more"
        case .sourceDown: "its source does not answer"
        case .stopped(let state): "the machine is \(state.rawValue)"
        case .agent(let error): error.summary
        case .contradicted(let ids):
            ids.count == 1
                ? "vCPU \(ids.list) is offline, says the guest, yet its thread runs"
                : "vCPU \(ids.list) are offline, says the guest, yet their threads run"
        case .unseen(let count): "\(count) plugged, and the guest has taken no notice"
        case .unused(_, let offline): "plugged, left offline by the guest: \(offline.list)"
        }
    }

    /// The words for a note, from the longest to the shortest; empty where the row says it in
    /// other columns.
    var notes: [String] {
        switch self {
        case .failed, .doubtful, .gone, .sourceDown: []
        case .outcomeUnknown: ["outcome unknown", "unknown", "?"]
        case .stopped(let state): [state.rawValue]
        // Cut, it says more than the words for its kind alone.
        case .agent(let error): [error.summary]
        case .contradicted:
            ["* offline, says the guest, yet busy", "* offline, yet busy", "*busy", "*"]
        case .unseen(let count):
            [
                "\(count) plugged, not seen by the guest", "\(count) not seen by guest",
                "\(count) unseen", "\(count)new", "+",
            ]
        case .unused(let count, _):
            [
                "\(count) plugged, left offline by the guest", "\(count) plugged, offline",
                "\(count) unused", "\(count) off", "\(count)off", "-",
            ]
        }
    }

    var role: Style.Role {
        switch self {
        case .failed: .failed
        case .outcomeUnknown: .unknown
        case .gone, .sourceDown, .agent: .bad
        case .contradicted: .contradicted
        case .doubtful, .stopped, .unseen, .unused: .warning
        }
    }

    /// The sentence, and a note where there is no room for that.
    var fact: Fact {
        guard notes.count > 1 else { return Fact(sentence: sentence, role: role) }
        return Fact(sentence, notes[1], role: role)
    }
}
