/// Reads fields, which blanks separate, one after the other and without copying them.
struct FieldReader {
    private let bytes: UnsafeRawBufferPointer
    private var position: Int

    init(_ bytes: UnsafeRawBufferPointer, from position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// The next field; nil at the end.
    mutating func next() -> Slice<UnsafeRawBufferPointer>? {
        while position < bytes.count, Self.isBlank(bytes[position]) { position += 1 }
        let start = position
        while position < bytes.count, !Self.isBlank(bytes[position]) { position += 1 }
        return start < position ? bytes[start..<position] : nil
    }

    mutating func skip(_ count: Int) {
        for _ in 0..<count { _ = next() }
    }

    /// The next field as a number; nil at the end, and where it is no number from 0 to 2⁶⁴ - 1.
    mutating func nextNumber() -> UInt64? {
        guard let field = next() else { return nil }
        var number: UInt64 = 0
        for byte in field {
            guard (0x30...0x39).contains(byte) else { return nil }
            let (tenfold, overflows) = number.multipliedReportingOverflow(by: 10)
            let (sum, carries) = tenfold.addingReportingOverflow(UInt64(byte - 0x30))
            guard !overflows, !carries else { return nil }
            number = sum
        }
        return number
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A }
}
