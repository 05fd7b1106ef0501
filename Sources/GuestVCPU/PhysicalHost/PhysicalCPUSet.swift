internal import BitCollections

/// A set of a machine's CPUs, by the numbers that its kernel gives them.
///
/// The vCPUs of a guest are a `CPUMap`: the two kinds of numbers have nothing to do with each other.
public struct PhysicalCPUSet: Hashable, Sendable {
    /// The numbers that a set can hold: as many as Linux supports on any machine.
    ///
    /// - Source: Linux, arch/x86/Kconfig, `NR_CPUS_RANGE_END`.
    public static let idRange = 0...8191

    private var bits = BitSet()

    /// Creates an empty set.
    public init() {}

    /// Creates a set; numbers out of `idRange` are left out.
    public init(_ ids: some Sequence<Int>) {
        for id in ids { insert(id) }
    }

    /// Reads a list as the kernel and libvirt print it: `0-3,8`.
    ///
    /// Blanks and a line end may surround it. An empty list is an empty set, as of a NUMA node
    /// without CPUs.
    ///
    /// - Returns: Nil where the text is no such list, or a number is not in `idRange`.
    /// - Source: Linux, lib/vsprintf.c, `bitmap_list_string`; libvirt, `virBitmapFormat`.
    public init?(list text: some Sequence<UInt8>) {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x0A }
        var rest = Array(text).drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        guard !rest.isEmpty else { return }
        for part in rest.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let dash = part.firstIndex(of: UInt8(ascii: "-"))
            guard let first = Self.number(part[..<(dash ?? part.endIndex)]),
                let last = dash.map({ Self.number(part[($0 + 1)...]) }) ?? first, first <= last
            else { return nil }
            for id in first...last { bits.insert(id) }
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard (1...4).contains(digits.count) else { return nil }
        var number = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            number = number * 10 + Int(digit - 0x30)
        }
        return idRange.contains(number) ? number : nil
    }

    /// How many CPUs the set holds.
    public var count: Int { bits.count }

    /// Whether the set holds no CPU.
    public var isEmpty: Bool { bits.isEmpty }

    /// The highest number; nil for an empty set.
    public var max: Int? { bits.max() }

    /// The numbers, ascending.
    public var ids: [Int] { Array(bits) }

    /// Whether the set holds a CPU; false for every number out of range.
    public func contains(_ id: Int) -> Bool { id >= 0 && bits.contains(id) }

    /// Adds a CPU; a number out of `idRange` is left out.
    public mutating func insert(_ id: Int) {
        if Self.idRange.contains(id) { bits.insert(id) }
    }

    /// The CPUs of both sets.
    public func intersection(_ other: PhysicalCPUSet) -> PhysicalCPUSet {
        var both = self
        both.bits.formIntersection(other.bits)
        return both
    }

    /// The CPUs of either set.
    public func union(_ other: PhysicalCPUSet) -> PhysicalCPUSet {
        var all = self
        all.bits.formUnion(other.bits)
        return all
    }

    /// The list in the form that libvirt and the kernel print: `0-3,8`; empty for an empty set.
    public var list: String { bits.consecutiveRanges.listText }
}

extension PhysicalCPUSet: CustomStringConvertible {
    /// The list.
    public var description: String { list }
}
