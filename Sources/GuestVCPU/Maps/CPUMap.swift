internal import BitCollections

/// A set of vCPU ids, each 0 to 4095.
///
/// The bitmap that readings, requests and plans are made of. It prints and reads libvirt's list
/// syntax (`0-3,^2`), see `init(list:)`.
public struct CPUMap: Hashable, Sendable {
    /// The ids that a map can hold: 0 to 4095, as in libvirt.
    public static let idRange = 0...4095

    private var bits: BitSet

    /// Creates an empty map.
    public init() {
        bits = BitSet()
    }

    /// Creates a map of ids that are known to be in range.
    ///
    /// - Parameter ids: Each in `idRange`; anything else is an error of the calling program.
    ///   Numbers that come from outside go through `init(validating:)`.
    public init(_ ids: some Sequence<Int>) {
        self.init()
        for id in ids { insert(id) }
    }

    /// Creates a map of numbers that come from outside.
    ///
    /// - Returns: Nil when a number is not in `idRange`.
    public init?(validating ids: some Sequence<Int>) {
        self.init()
        for id in ids {
            guard Self.idRange.contains(id) else { return nil }
            bits.insert(id)
        }
    }

    private init(bits: BitSet) {
        self.bits = bits
    }

    /// How many ids the map holds.
    public var count: Int { bits.count }

    /// Whether the map holds no id.
    public var isEmpty: Bool { bits.isEmpty }

    /// The lowest id, or nil.
    public var min: Int? { bits.min() }

    /// The highest id, or nil.
    public var max: Int? { bits.max() }

    /// Whether the map holds an id; false for every number out of range.
    public func contains(_ id: Int) -> Bool {
        id >= 0 && bits.contains(id)
    }

    /// Adds an id.
    ///
    /// - Parameter id: In `idRange`; anything else is an error of the calling program.
    public mutating func insert(_ id: Int) {
        precondition(Self.idRange.contains(id), "vCPU id out of range")
        bits.insert(id)
    }

    /// Removes an id; nothing happens where the map does not hold it.
    public mutating func remove(_ id: Int) {
        if id >= 0 { bits.remove(id) }
    }

    /// The ids of either map.
    public func union(_ other: CPUMap) -> CPUMap { CPUMap(bits: bits.union(other.bits)) }

    /// The ids of both maps.
    public func intersection(_ other: CPUMap) -> CPUMap {
        CPUMap(bits: bits.intersection(other.bits))
    }

    /// The ids of this map that the other lacks.
    public func subtracting(_ other: CPUMap) -> CPUMap {
        CPUMap(bits: bits.subtracting(other.bits))
    }

    /// The ids that exactly one of the maps holds.
    public func symmetricDifference(_ other: CPUMap) -> CPUMap {
        CPUMap(bits: bits.symmetricDifference(other.bits))
    }

    /// Whether the other map holds every id of this one.
    public func isSubset(of other: CPUMap) -> Bool { bits.isSubset(of: other.bits) }

    /// Whether no id is in both maps.
    public func isDisjoint(with other: CPUMap) -> Bool { bits.isDisjoint(with: other.bits) }
}

extension CPUMap: BidirectionalCollection {
    /// A position in a map.
    public struct Index: Comparable, Sendable {
        fileprivate let base: BitSet.Index

        /// Whether one position is before another.
        public static func < (left: Index, right: Index) -> Bool { left.base < right.base }
    }

    /// The position of the lowest id.
    public var startIndex: Index { Index(base: bits.startIndex) }

    /// The position after the highest id.
    public var endIndex: Index { Index(base: bits.endIndex) }

    /// The next position.
    public func index(after index: Index) -> Index { Index(base: bits.index(after: index.base)) }

    /// The position before.
    public func index(before index: Index) -> Index {
        Index(base: bits.index(before: index.base))
    }

    /// The id at a position; ids come in ascending order.
    public subscript(position: Index) -> Int { bits[position.base] }
}

extension CPUMap: ExpressibleByArrayLiteral {
    /// Creates a map of the ids written in the program.
    public init(arrayLiteral ids: Int...) {
        self.init(ids)
    }
}
