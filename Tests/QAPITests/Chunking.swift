import TestSupport

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
