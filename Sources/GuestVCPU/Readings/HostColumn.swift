/// A value for each of some vCPUs, by the hypervisor's index.
///
/// An array in the order of the indices: most machines have all indices from 0 on, where a value
/// stands at its index, and looking it up needs no hashing.
public struct HostColumn<Value> {
    @usableFromInline var entries: [(index: HostIndex, value: Value)] = []

    /// Creates a column without values.
    public init() {}

    /// Creates a column of pairs; of an index that occurs twice the last value counts.
    public init(_ pairs: some Sequence<(HostIndex, Value)>) {
        for (index, value) in pairs { self[index] = value }
    }

    /// How many values there are.
    public var count: Int { entries.count }

    /// Whether there is no value.
    public var isEmpty: Bool { entries.isEmpty }

    /// The values, in the order of their indices.
    public var values: [Value] { entries.map(\.value) }

    /// The highest index that has a value; nil where none has.
    public var lastIndex: HostIndex? { entries.last?.index }

    /// The value of a vCPU; nil where it has none.
    public subscript(index: HostIndex) -> Value? {
        // Inlinable: other modules look values up by the thousand, and would do so unspecialized.
        @inlinable get {
            let place = place(of: index)
            return place < entries.count && entries[place].index == index
                ? entries[place].value : nil
        }
        set {
            let place = place(of: index)
            let isThere = place < entries.count && entries[place].index == index
            switch (isThere, newValue) {
            case (true, let value?): entries[place].value = value
            case (true, nil): entries.remove(at: place)
            case (false, let value?): entries.insert((index, value), at: place)
            case (false, nil): break
            }
        }
    }

    /// The column with each value made into another one.
    public func mapValues<Other>(_ transform: (Value) -> Other) -> HostColumn<Other> {
        var column = HostColumn<Other>()
        column.entries = entries.map { ($0.index, transform($0.value)) }
        return column
    }

    /// Where the value of an index is, or would be.
    @inlinable func place(of index: HostIndex) -> Int {
        if index.number < entries.count, entries[index.number].index == index {
            return index.number
        }
        // Values mostly come in the order of their indices.
        guard let last = entries.last, index <= last.index else { return entries.count }
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].index < index { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension HostColumn: Sendable where Value: Sendable {}

extension HostColumn: Equatable where Value: Equatable {
    /// Whether the same vCPUs have equal values.
    public static func == (one: Self, other: Self) -> Bool {
        one.entries.count == other.entries.count
            && zip(one.entries, other.entries).allSatisfy {
                $0.index == $1.index && $0.value == $1.value
            }
    }
}

extension HostColumn: Hashable where Value: Hashable {
    /// Hashes the indices and the values.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(entries.count)
        for entry in entries {
            hasher.combine(entry.index)
            hasher.combine(entry.value)
        }
    }
}

extension HostColumn: Sequence {
    /// Goes through the values in the order of their indices.
    public func makeIterator() -> some IteratorProtocol<(index: HostIndex, value: Value)> {
        entries.makeIterator()
    }
}

extension HostColumn: ExpressibleByDictionaryLiteral {
    /// Creates a column; of an index that is written twice the last value counts.
    public init(dictionaryLiteral elements: (HostIndex, Value)...) { self.init(elements) }
}
