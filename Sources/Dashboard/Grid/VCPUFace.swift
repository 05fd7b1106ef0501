internal import CanvasKit
internal import GuestVCPU

/// How one vCPU looks in a grid, in one cell.
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

    /// The sign that stands for it.
    func glyph(in glyphs: GlyphSet) -> Glyph {
        switch self {
        case .none: .blank
        case .load(let share): glyphs.load(share)
        case .online: Glyph("+", in: glyphs)
        case .offline: Glyph("-", in: glyphs)
        case .contradicted: Glyph("*", in: glyphs)
        case .toOnline: Glyph("^", in: glyphs)
        case .toOffline: Glyph("v", in: glyphs)
        case .sending: Glyph("~", in: glyphs)
        case .failed: Glyph("!", in: glyphs)
        case .unknown: Glyph("?", in: glyphs)
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

extension VCPUFace {
    /// Whether a cell that two vCPUs share shows this face rather than the other.
    func outweighs(_ other: VCPUFace) -> Bool {
        if case .load(let share) = self, case .load(let less) = other { return share > less }
        return weight > other.weight
    }

    /// Marks and failures outweigh states; unusual states outweigh usual ones.
    var weight: Int {
        switch self {
        case .none: 0
        case .online: 1
        case .load: 2
        case .offline: 3
        case .contradicted: 4
        case .unknown: 5
        case .sending: 6
        case .toOnline: 7
        case .toOffline: 8
        case .failed: 9
        }
    }
}
