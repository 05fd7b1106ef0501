internal import Glibc

/// How much work a guest has, and on which of its vCPUs it runs.
///
/// Work moves over time and goes where there is a CPU: what an offline vCPU would have done, the
/// others do, as long as they have room.
struct LoadModel: Hashable, Sendable {
    /// The work at the middle of the day, as a share of all vCPUs, 0 to 1.
    let busyness: Double
    private let hash: SeededHash

    /// The slot of a second that a moment is in; load is constant for one slot, so that results
    /// do not depend on how often one looks.
    static func slot(at elapsed: Duration) -> Int { Int(elapsed.components.seconds) }

    static func end(ofSlot slot: Int) -> Duration { .seconds(slot + 1) }

    /// An idle kernel still ticks: about 0.3 ms a second were seen.
    private static let idleShare = 0.0003
    /// How many slots pass between two random levels; between them load is a straight line.
    private static let slotsPerLevel = 8

    init(busyness: Double, seed: UInt64) {
        self.busyness = busyness
        hash = SeededHash(seed: seed)
    }

    /// The share of its time that each online vCPU works in a slot, 0 to 1, in the order given.
    ///
    /// - Parameters:
    ///   - online: Ids of the vCPUs to spread the work over.
    ///   - count: How many vCPUs the guest has; its work does not shrink with those offline.
    ///   - slot: Number of the slot since the start.
    func shares(online: [Int], of count: Int, slot: Int) -> [Double] {
        let weights = online.map { 0.15 + 2 * cube(level(of: $0, slot)) }
        let work = demand(slot) * Double(count)
        let scale = work / max(weights.reduce(0, +), .leastNormalMagnitude)
        let first = weights.map { min(1, $0 * scale) }
        // What did not fit on the favoured ones goes evenly into the room of the others.
        let room = first.reduce(0) { $0 + 1 - $1 }
        let overflow = room > 0 ? min(1, (work - first.reduce(0, +)) / room) : 0
        return first.map { min(1, max(Self.idleShare, $0 + (1 - $0) * max(0, overflow))) }
    }

    /// The guest's work, as a share of all its vCPUs.
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
