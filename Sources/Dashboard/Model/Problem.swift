internal import GuestVCPU

/// Something that is wrong with a guest, or out of the ordinary; the worst first.
///
/// `Problem+Words` has the words for each; every part of the screen takes them from there.
enum Problem: Hashable, Comparable {
    /// The change of this vCPU failed.
    case failed(Int)
    /// What became of its last change is not known.
    case outcomeUnknown
    /// It went away or restarted since it was marked.
    case doubtful
    /// No source lists it any more.
    case gone
    /// Its source does not answer.
    case sourceDown
    /// The machine does not run, and so its agent does not answer either.
    case stopped(RunState)
    /// Its agent gives no reading.
    case agent(AgentError)
    /// The guest calls these vCPUs offline, yet their threads run.
    case contradicted(CPUMap)
    /// The guest has taken no notice of so many plugged vCPUs.
    case unseen(Int)
    /// So many plugged vCPUs are left offline by the guest, of these.
    case unused(Int, offline: CPUMap)

    /// The vCPU that it is about; nil where it is about the guest.
    var vcpu: Int? {
        switch self {
        case .failed(let id): id
        case .contradicted(let ids), .unused(_, let ids): ids.min
        case .outcomeUnknown, .doubtful, .gone, .sourceDown, .stopped, .agent, .unseen: nil
        }
    }

    /// Whether the guest and its host differ about vCPUs.
    var isAboutVCPUs: Bool {
        switch self {
        case .contradicted, .unseen, .unused: true
        case .failed, .outcomeUnknown, .doubtful, .gone, .sourceDown, .stopped, .agent: false
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
        case .stopped: 5
        case .agent: 6
        case .contradicted: 7
        case .unseen: 8
        case .unused: 9
        }
    }

    static func < (one: Self, other: Self) -> Bool { one.rank < other.rank }
}

extension RosterGuest {
    /// The worst thing that is wrong with the guest, whatever was done to it from here.
    var problem: Problem? { problems.first }

    /// All that is wrong with the guest, whatever was done to it from here; the worst first.
    var problems: [Problem] {
        var problems: [Problem] = []
        if isGone { problems.append(.gone) }
        if isSourceDown { problems.append(.sourceDown) }
        switch state.runState {
        case .paused, .suspended, .shutdown, .crashed: problems.append(.stopped(state.runState))
        case .running, .unknown: break
        }
        if case .failed(let error) = state.agent { problems.append(.agent(error)) }
        if !contradicted.isEmpty { problems.append(.contradicted(contradicted)) }
        let unseen = unseen
        let unused = unused - unseen
        if unseen > 0 { problems.append(.unseen(unseen)) }
        if unused > 0, let offline = state.vcpus?.offline {
            problems.append(.unused(unused, offline: offline))
        }
        return problems
    }
}

extension Model {
    /// The worst thing that is wrong with a guest; nil where nothing is.
    func problem(of member: RosterGuest) -> Problem? {
        let guest = member.state.id
        if let id = book.failed[guest]?.min { return .failed(id) }
        if book[guest]?.isLocking == true, book[guest]?.result != nil { return .outcomeUnknown }
        if marks.doubtful.contains(guest) { return .doubtful }
        return member.problem
    }
}
