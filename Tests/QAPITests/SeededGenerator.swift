/// SplitMix64: the same seed gives the same case again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// How a stream cuts its bytes into pieces.
enum Chunking: Hashable, Sendable {
    case whole
    case bytewise
    case random(seed: UInt64)

    /// One of each kind, and a few at random.
    static let samples: [Chunking] = [.whole, .bytewise] + (1...6).map { .random(seed: $0) }

    func cut(_ bytes: [UInt8]) -> [[UInt8]] {
        switch self {
        case .whole: return bytes.isEmpty ? [] : [bytes]
        case .bytewise: return bytes.map { [$0] }
        case .random(let seed):
            var generator = SeededGenerator(seed: seed)
            var rest = bytes[...]
            var pieces: [[UInt8]] = []
            while !rest.isEmpty {
                let size = Int.random(in: 1...min(rest.count, 40), using: &generator)
                pieces.append(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            return pieces
        }
    }
}
