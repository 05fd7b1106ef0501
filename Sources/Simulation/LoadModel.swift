internal import Glibc

/// The amount of a guest's work, and its distribution over the vCPUs.
///
/// The work varies over time. The online vCPUs also do the work that offline ones would have done,
/// up to their capacity.
struct LoadModel: Hashable, Sendable {
    /// The mean work, as a share of all vCPUs, 0 to 1.
    let busyness: Double
    private let hash: SeededHash

    /// The slot of a moment, which is a second.
    ///
    /// The load is constant within a slot, so the result does not depend on how often the model is
    /// read.
    static func slot(at elapsed: Duration) -> Int { Int(elapsed.components.seconds) }

    static func end(ofSlot slot: Int) -> Duration { .seconds(slot + 1) }

    /// The share of an idle vCPU: an idle kernel still uses about 0.3 ms a second.
    static let idleShare = 0.0003
    /// The number of slots from one random level to the next; the load between is interpolated.
    private static let slotsPerLevel = 8

    init(busyness: Double, seed: UInt64) {
        self.busyness = busyness
        hash = SeededHash(seed: seed)
    }

    /// The share of a slot that each online vCPU works, 0 to 1, in the order of `online`.
    ///
    /// - Parameters:
    ///   - online: The ids of the vCPUs over which the work is distributed.
    ///   - count: How many vCPUs the guest has; offline ones do not reduce the work.
    ///   - slot: The number of the slot since the start.
    func shares(online: [Int], of count: Int, slot: Int) -> [Double] {
        let weights = online.map { 0.15 + 2 * cube(level(of: $0, slot)) }
        let work = demand(slot) * Double(count)
        let scale = work / max(weights.reduce(0, +), .leastNormalMagnitude)
        let first = weights.map { min(1, $0 * scale) }
        // Work beyond the capacity of the favoured vCPUs is distributed evenly over the others.
        let room = first.reduce(0) { $0 + 1 - $1 }
        let overflow = room > 0 ? min(1, (work - first.reduce(0, +)) / room) : 0
        return first.map { min(1, max(Self.idleShare, $0 + (1 - $0) * max(0, overflow))) }
    }

    /// The guest's work in a slot, as a share of all its vCPUs.
    private func demand(_ slot: Int) -> Double {
        let phase = hash.fraction(-1)
        let period = 90 + 120 * hash.fraction(-2)
        let wave = sin(2 * .pi * (Double(slot) / period + phase))
        return min(1, max(0, busyness * (1 + 0.4 * wave + 0.3 * (level(of: -3, slot) - 0.5))))
    }

    private func level(of place: Int, _ slot: Int) -> Double {
        let (knot, rest) = slot.quotientAndRemainder(dividingBy: Self.slotsPerLevel)
        let from = hash.fraction(place, knot)
        let to = hash.fraction(place, knot + 1)
        return from + (to - from) * Double(rest) / Double(Self.slotsPerLevel)
    }

    private func cube(_ value: Double) -> Double { value * value * value }
}
