internal import FoundationEssentials
internal import GuestVCPU

extension ChangeID {
    /// A new id: a UUID of version 7, which sorts by time.
    ///
    /// - Source: RFC 9562, 5.7.
    static func new(at time: Date) -> ChangeID {
        let milliseconds = UInt64(min(max(0, time.timeIntervalSince1970 * 1000), 0xFFFF_FFFF_FFFF))
        let high = milliseconds << 16 | 0x7000 | UInt64.random(in: 0...0xFFF)
        let low = 1 << 63 | UInt64.random(in: 0...0x3FFF_FFFF_FFFF_FFFF)
        let digits = [high, low].map { String($0, radix: 16).leftPadded }.joined()
        let groups = [8, 4, 4, 4, 12]
        var rest = digits[...]
        let parts = groups.map { count in
            defer { rest = rest.dropFirst(count) }
            return String(rest.prefix(count))
        }
        return ChangeID(parts.joined(separator: "-"))
    }
}

extension String {
    fileprivate var leftPadded: String { String(repeating: "0", count: 16 - count) + self }
}
