import GuestVCPU

/// A seeded source of random numbers, so that a failing case can be run again.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// True once in `n` times.
    mutating func oneIn(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &self) == 0 }
}

extension CPUMap {
    static func random(upTo highest: Int, using random: inout SplitMix64) -> CPUMap {
        let density = Int.random(in: 1...8, using: &random)
        return CPUMap((0...highest).filter { _ in random.oneIn(density) })
    }
}
