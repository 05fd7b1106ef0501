internal import GuestVCPU

/// Something that is wrong with a guest, or out of the ordinary; the worst first.
enum Problem: Hashable, Comparable {
    /// The change of this vCPU failed.
    case failed(Int)
    /// What became of its last change is not known.
    case outcomeUnknown
    /// It went away or began anew since it was marked.
    case doubtful
    /// No source lists it any more.
    case gone
    /// Its source does not answer.
    case sourceDown
    /// Its agent gives no reading.
    case agent
    /// The machine does not run.
    case stopped
    /// The guest calls this vCPU offline, yet its thread runs.
    case contradicted(Int)
    /// The guest has taken no notice of so many plugged vCPUs.
    case unseen(Int)
    /// So many plugged vCPUs are left offline by the guest, this one the first.
    case unused(Int, first: Int?)

    /// The vCPU that it is about; nil where it is about the guest.
    var vcpu: Int? {
        switch self {
        case .failed(let id), .contradicted(let id): id
        case .unused(_, let first): first
        case .outcomeUnknown, .doubtful, .gone, .sourceDown, .agent, .stopped, .unseen: nil
        }
    }

    /// How bad it is; 0 is the worst.
    var rank: Int {
        switch self {
        case .failed: 0
        case .outcomeUnknown: 1
        case .doubtful: 2
        case .gone: 3
        case .sourceDown: 4
        case .agent: 5
        case .stopped: 6
        case .contradicted: 7
        case .unseen: 8
        case .unused: 9
        }
    }

    static func < (one: Self, other: Self) -> Bool { one.rank < other.rank }
}

extension RosterGuest {
    /// What is wrong with the guest, whatever was done to it from here; nil where nothing is.
    var problem: Problem? {
        if isGone { return .gone }
        if isSourceDown { return .sourceDown }
        if state.agent.isFailed { return .agent }
        switch state.runState {
        case .paused, .suspended, .shutdown, .crashed: return .stopped
        case .running, .unknown: break
        }
        if let id = contradicted.min { return .contradicted(id) }
        if unseen > 0 { return .unseen(unseen) }
        return unused > 0 ? .unused(unused, first: state.vcpus?.offline.min) : nil
    }
}

extension Model {
    /// What is wrong with a guest; nil where nothing is.
    func problem(of member: RosterGuest) -> Problem? {
        let guest = member.state.id
        if let id = book.failed[guest]?.min { return .failed(id) }
        if book[guest]?.isLocking == true, book[guest]?.result != nil { return .outcomeUnknown }
        if marks.doubtful.contains(guest) { return .doubtful }
        return member.problem
    }

    /// A problem in words.
    func words(for problem: Problem, of member: RosterGuest) -> String {
        switch problem {
        case .failed(let id): "the change of vCPU \(id) failed"
        case .outcomeUnknown: "what became of its last change is not known yet"
        case .doubtful: "it went away or began anew since it was marked"
        case .gone, .sourceDown, .agent: agentText(member)
        case .stopped: "the machine is \(member.state.runState.rawValue)"
        case .contradicted(let id): "vCPU \(id) is offline, says the guest, yet its thread runs"
        case .unseen(let count): "\(count) plugged, and the guest has taken no notice"
        case .unused:
            "plugged, left offline by the guest: \(member.state.vcpus?.offline.list ?? "")"
        }
    }
}
