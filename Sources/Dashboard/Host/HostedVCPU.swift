internal import CanvasKit
internal import GuestVCPU

/// A vCPU of a guest, seen from the machine that runs it.
struct HostedVCPU: Hashable {
    let guest: GuestID
    /// The hypervisor's index of it.
    let index: HostIndex
    /// The guest's number of it; nil where that is not known.
    let id: Int?
    /// The share of a physical CPU that it used; nil where that is not known.
    let share: Double?
    /// Whether its thread was running, or could have run, when it was read.
    let isRunnable: Bool
    /// The CPU that it ran on last.
    let lastCPU: Int?
    /// The CPUs that it is pinned to; nil where it is not, or that is not known.
    let pinning: PhysicalCPUSet?

    /// Whether both are the same vCPU, whatever it does.
    func isSame(as other: HostedVCPU) -> Bool { guest == other.guest && index == other.index }

    /// Whether it used so much that it is worth a look.
    var isActive: Bool { (share ?? 0) >= GuestJudgement.idleShare }

    /// The name on the screen: `web-03/2`, or `web-03/#2` by the hypervisor's index where the
    /// guest's number is not known.
    func name(_ shared: SharedState) -> String {
        let label = shared.label(of: guest).cut(to: Self.widestLabel, in: shared.options.glyphs)
        return "\(label)/\(id.map(String.init) ?? "#\(index.number)")"
    }

    private static let widestLabel = 20
}
