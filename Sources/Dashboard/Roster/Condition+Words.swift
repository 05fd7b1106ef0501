internal import CanvasKit
internal import GuestVCPU
internal import SafeText

extension Condition {
    /// The condition in a sentence about the guest.
    var sentence: String {
        switch self {
        case .failed(let id): "the change of vCPU \(id) failed"
        case .gone: "no source lists it any more"
        case .outcomeUnknown: "what became of its last change is not known yet"
        case .changing: "it is being changed"
        case .doubtful: "it went away or restarted since it was marked"
        case .sourceDown: "its source does not answer"
        case .stopped(let state): "the machine is \(state.rawValue)"
        case .agent(let error): error.summary
        case .notWritable: "it may only be watched"
        case .neverRead: "its vCPUs were never read"
        case .cannotSet(.readOnly): Refusal.Code.readOnly.words
        case .cannotSet(.disabled):
            "\(Refusal.Code.cannotSet.words): it is disabled in the guest"
        case .cannotSet: Refusal.Code.cannotSet.words
        case .contradicted(let ids):
            ids.count == 1
                ? "vCPU \(ids.list) is offline, says the guest, yet its thread runs"
                : "vCPU \(ids.list) are offline, says the guest, yet their threads run"
        case .unseen(let count): "\(count) plugged, and the guest has taken no notice"
        case .leftOffline(_, let offline): "plugged, left offline by the guest: \(offline.list)"
        }
    }

    /// The words for a note, from the longest to the shortest; empty where the row says it in
    /// other columns.
    var notes: [String] {
        switch self {
        case .failed, .gone, .changing, .doubtful, .sourceDown, .notWritable, .neverRead,
            .cannotSet:
            []
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
        case .leftOffline(let count, _):
            [
                "\(count) plugged, left offline by the guest", "\(count) plugged, offline",
                "\(count) offline", "\(count) off", "\(count)off", "-",
            ]
        }
    }

    /// What the column of the agent's status says, in full and in seven characters at the most;
    /// nil where the condition is not about whether the guest can be read.
    var status: (long: String, short: String)? {
        switch self {
        case .gone: ("gone", "gone")
        case .sourceDown: ("down", "down")
        case .agent(let error): (error.kind.rawValue, error.kind.shortName)
        case .failed, .outcomeUnknown, .changing, .doubtful, .stopped, .notWritable, .neverRead,
            .cannotSet, .contradicted, .unseen, .leftOffline:
            nil
        }
    }

    /// What `status` is about.
    var subject: String {
        switch self {
        case .sourceDown: "source"
        case .agent: "agent"
        default: "guest"
        }
    }

    /// The word that the filter compares.
    var word: String {
        switch self {
        case .failed: "failed"
        case .outcomeUnknown: "unknown"
        case .changing: "changing"
        case .doubtful: "doubtful"
        case .gone, .sourceDown, .agent: status?.long ?? ""
        case .stopped(let state): state.rawValue
        case .notWritable: "watched"
        case .neverRead: "unread"
        case .cannotSet: "cannot-set"
        case .contradicted: "contradicted"
        case .unseen: "unseen"
        case .leftOffline: "left-offline"
        }
    }

    var role: Style.Role {
        switch self {
        case .failed: .failed
        case .outcomeUnknown: .unknown
        case .changing: .sending
        case .gone, .sourceDown, .agent: .bad
        case .contradicted: .contradicted
        case .doubtful, .stopped, .notWritable, .neverRead, .cannotSet, .unseen, .leftOffline:
            .warning
        }
    }

    /// The sentence, and a note where there is no room for that.
    var fact: Fact {
        guard notes.count > 1 else { return Fact(sentence: sentence, role: role) }
        return Fact(sentence, notes[1], role: role)
    }

    /// How many cells the note needs to be understood: a note that has a short form needs that
    /// alone, any other all of it, up to a limit.
    var noteColumns: Int {
        // Computed for each guest of a snapshot. Short forms are ASCII.
        let notes = notes
        if let text = notes.first(where: { $0.utf8.count <= Self.short }) { return text.utf8.count }
        return min(notes.last?.prefix(Self.longest).columns ?? 0, Self.longest)
    }

    /// The width of short forms, and the most that a reason may ask for: most of our own words
    /// take less, and the details of a status line are on the line of the cursor.
    private static let short = 8
    private static let longest = 40
}

extension AgentError.Kind {
    /// The kind in seven characters at the most.
    var shortName: String {
        switch self {
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

extension Refusal.Code {
    /// The reason in a few words.
    var words: String { Refusal(vcpu: nil, code: self).summary }
}
