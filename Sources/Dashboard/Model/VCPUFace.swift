internal import GuestVCPU

/// How one vCPU looks in a grid: what is told of it in one cell.
enum VCPUFace: Hashable {
    /// The guest has no such vCPU.
    case none
    /// It is online and uses this share of a physical CPU.
    case load(Double)
    /// It is online; what it uses is not known.
    case online
    /// It is offline.
    case offline
    /// The guest calls it offline, yet its thread uses a physical CPU.
    case contradicted
    /// It is marked to come online.
    case toOnline
    /// It is marked to go offline.
    case toOffline
    /// It is being changed.
    case sending
    /// Its change failed, and it is marked still.
    case failed
    /// What it is, is not known.
    case unknown

    func sign(in glyphs: GlyphSet) -> String {
        switch self {
        case .none: " "
        case .load(let share): glyphs.load(share)
        case .online: "+"
        case .offline: "-"
        case .contradicted: "*"
        case .toOnline: "^"
        case .toOffline: "v"
        case .sending: "~"
        case .failed: "!"
        case .unknown: "?"
        }
    }

    var role: Style.Role {
        switch self {
        case .none: .text
        case .load(let share): share < 0.5 ? .loadLow : share < 0.85 ? .loadMedium : .loadHigh
        case .online: .loadLow
        case .offline: .offline
        case .contradicted: .contradicted
        case .toOnline: .toOnline
        case .toOffline: .toOffline
        case .sending: .sending
        case .failed: .failed
        case .unknown: .unknown
        }
    }
}

extension Model {
    /// A thread that uses less than this is taken to do nothing: a vCPU that a guest has just
    /// taken offline may have worked in the same interval.
    static let idleShare = 0.02

    /// How a vCPU looks.
    func face(of id: Int, in member: Fleet.Member) -> VCPUFace {
        let guest = member.state.id
        if let commit = book[guest], commit.isLocking, commit.request.named.contains(id) {
            return commit.result == nil ? .sending : .unknown
        }
        if let target = marks[guest][id] {
            if book.isFailed(id, of: guest) { return .failed }
            return target ? .toOnline : .toOffline
        }
        guard let reading = member.state.vcpus else { return .unknown }
        let share = member.state.host?.share(guestID: id)
        switch reading.state(of: id) {
        case .missing: return .none
        case .online: return share.map(VCPUFace.load) ?? .online
        case .offline: return isContradicted(member, share) ? .contradicted : .offline
        }
    }

    /// Whether a guest's claim that a vCPU is offline is contradicted by what its thread uses.
    func isContradicted(_ member: Fleet.Member, _ share: Double?) -> Bool {
        guard let share, share >= Self.idleShare, let host = member.state.host,
            let since = member.stateSince
        else { return false }
        // The share is of an interval that ends with the host's reading: the vCPU must have been
        // offline for all of it, or what it did before is held against it.
        return host.reading.readAt - since >= interval * 2
    }
}
