/// Pseudo-random numbers that depend on the seed and a position, and not on the order of calls.
///
/// - Source: SplitMix64 (Steele, Lea, Flood 2014), its finalizer.
struct SeededHash: Hashable, Sendable {
    let seed: UInt64

    /// 64 evenly distributed bits for a position in up to three dimensions.
    func bits(_ first: Int, _ second: Int = 0, _ third: Int = 0) -> UInt64 {
        var state = seed
        for place in [first, second, third] {
            state = Self.mix(
                state &+ 0x9E37_79B9_7F4A_7C15 &+ UInt64(truncatingIfNeeded: place))
        }
        return state
    }

    /// A number from 0 to below 1.
    func fraction(_ first: Int, _ second: Int = 0, _ third: Int = 0) -> Double {
        Double(bits(first, second, third) >> 11) / 9_007_199_254_740_992
    }

    /// The seed of a part.
    func part(_ number: Int) -> SeededHash { SeededHash(seed: bits(number, -1)) }

    private static func mix(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
