/// The hypervisor's index of a vCPU.
///
/// The guest's kernel numbers the same vCPUs on its own, and those numbers are plain `Int`s, the
/// elements of a `CPUMap`. The two agree for many vCPUs and differ for those plugged later, so an
/// index is never used as a guest's number: only `Pairing` tells which belongs to which.
///
/// - Source: QEMU, qapi/machine.json, `CpuInfoFast.cpu-index`; libvirt, `vcpu.N.*` of
///   `virConnectGetAllDomainStats`.
public struct HostIndex: Hashable, Sendable {
    /// The indices that there can be: 0 to 4095, as in libvirt.
    public static let range = 0...4095

    /// The index as the hypervisor prints it, in `range`.
    public let number: Int

    /// Creates an index that is known to be in range.
    ///
    /// - Parameter number: In `range`; anything else is an error of the calling program. Numbers
    ///   that come from outside go through `init(validating:)`.
    public init(_ number: Int) {
        precondition(Self.range.contains(number), "vCPU index out of range")
        self.number = number
    }

    /// Creates an index from a number that comes from outside.
    ///
    /// - Returns: Nil when the number is not in `range`.
    public init?(validating number: Int) {
        guard Self.range.contains(number) else { return nil }
        self.number = number
    }
}

extension HostIndex: Comparable {
    /// Whether one index is lower than another.
    public static func < (left: HostIndex, right: HostIndex) -> Bool {
        left.number < right.number
    }
}

extension HostIndex: ExpressibleByIntegerLiteral {
    /// Creates the index that is written in the program.
    public init(integerLiteral number: Int) { self.init(number) }
}
