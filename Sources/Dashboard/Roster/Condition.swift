internal import GuestVCPU

/// Something to say of a guest: what is wrong with it, or what keeps it from being changed.
///
/// The order is that of importance, the most important first. `Condition+Words` has the words
/// for each in every length; every part of the screen takes them from there.
enum Condition: Hashable, Comparable {
    /// The change of this vCPU failed.
    case failed(Int)
    /// No source lists it any more.
    case gone
    /// What became of its last change is not known.
    case outcomeUnknown
    /// It is being changed.
    case changing
    /// It went away or restarted since it was marked.
    case doubtful
    /// Its source does not answer.
    case sourceDown
    /// The machine does not run, and so its agent does not answer either.
    case stopped(RunState)
    /// Its agent gives no reading.
    case agent(AgentError)
    /// It may not be changed through this source.
    case notWritable
    /// Its vCPUs were never read.
    case neverRead
    /// Its agent cannot change vCPUs, for this reason.
    case cannotSet(SetSupport)
    /// The guest calls these vCPUs offline, yet their threads run.
    case contradicted(CPUMap)
    /// The guest has taken no notice of so many plugged vCPUs.
    case unseen(Int)
    /// So many plugged vCPUs are left offline by the guest, of these.
    case leftOffline(Int, offline: CPUMap)

    /// The vCPU that it is about; nil where it is about the guest.
    var vcpu: Int? {
        switch self {
        case .failed(let id): id
        case .contradicted(let ids), .leftOffline(_, let ids): ids.min
        case .gone, .outcomeUnknown, .changing, .doubtful, .sourceDown, .stopped, .agent,
            .notWritable, .neverRead, .cannotSet, .unseen:
            nil
        }
    }

    /// Whether the guest and its host differ about vCPUs.
    var isAboutVCPUs: Bool {
        switch self {
        case .contradicted, .unseen, .leftOffline: true
        case .failed, .gone, .outcomeUnknown, .changing, .doubtful, .sourceDown, .stopped, .agent,
            .notWritable, .neverRead, .cannotSet:
            false
        }
    }

    /// Whether something is wrong; the others only keep the guest from being changed.
    var isProblem: Bool {
        switch self {
        case .changing, .notWritable, .neverRead, .cannotSet: false
        case .failed, .gone, .outcomeUnknown, .doubtful, .sourceDown, .stopped, .agent,
            .contradicted, .unseen, .leftOffline:
            true
        }
    }

    /// Whether the guest's vCPUs cannot be marked.
    var preventsMarking: Bool {
        switch self {
        case .gone, .outcomeUnknown, .changing, .notWritable, .neverRead, .cannotSet: true
        case .failed, .doubtful, .sourceDown, .stopped, .agent, .contradicted, .unseen,
            .leftOffline:
            false
        }
    }

    /// Whether the guest's marks are not sent.
    var preventsSending: Bool { preventsMarking || self == .doubtful }

    /// How important it is; 0 is the most important.
    var rank: Int {
        switch self {
        case .failed: 0
        case .gone: 1
        case .outcomeUnknown: 2
        case .changing: 3
        case .doubtful: 4
        case .sourceDown: 5
        case .stopped: 6
        case .agent: 7
        case .notWritable: 8
        case .neverRead: 9
        case .cannotSet: 10
        case .contradicted: 11
        case .unseen: 12
        case .leftOffline: 13
        }
    }

    static func < (one: Self, other: Self) -> Bool { one.rank < other.rank }
}

extension Condition {
    /// All that there is to say of a guest, without this dashboard's marks and changes, in order.
    ///
    /// - Parameter leftOffline: The state's own, which the caller has worked out.
    static func all(
        of state: GuestState, leftOffline: Int, isGone: Bool, isSourceDown: Bool
    ) -> [Condition] {
        var conditions: [Condition] = []
        if isGone { conditions.append(.gone) }
        if isSourceDown { conditions.append(.sourceDown) }
        switch state.runState {
        case .paused, .suspended, .shutdown, .crashed: conditions.append(.stopped(state.runState))
        case .running, .unknown: break
        }
        if case .failed(let error) = state.agent { conditions.append(.agent(error)) }
        if !state.isWritable { conditions.append(.notWritable) }
        switch state.reading?.setSupport {
        case nil: conditions.append(.neverRead)
        case .available, .unknown: break
        case let support?: conditions.append(.cannotSet(support))
        }
        if let ids = state.judgement.contradicted, !ids.isEmpty {
            conditions.append(.contradicted(ids))
        }
        guard leftOffline > 0 else { return conditions }
        let unseen = state.unseen
        let left = leftOffline - unseen
        if unseen > 0 { conditions.append(.unseen(unseen)) }
        if left > 0, let offline = state.vcpus?.offline {
            conditions.append(.leftOffline(left, offline: offline))
        }
        return conditions
    }
}
