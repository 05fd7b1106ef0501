/// Cuts a stream of bytes into lines, as agents and QMP servers send them.
///
/// Pure and incremental: bytes go in as they arrive, in pieces of any size, and each complete line
/// comes out once. The work is linear in the bytes received, and no more than one line is kept.
///
/// - A line ends with `\n` or `\r\n`; lines of blanks alone do not come out.
/// - 0xFF drops what there is of a line. An agent sends it before its answer to
///   `guest-sync-delimited`; it is no part of UTF-8, so it never occurs inside a reply.
/// - A line longer than the bound comes out as `.tooLong` as soon as it is, and what is left of it
///   is dropped as it arrives.
///
/// - Source: qemu/qga/qapi-schema.json, `guest-sync-delimited`.
public struct Framer: Sendable {
    /// What came out of the bytes.
    public enum Frame: Hashable, Sendable {
        /// A line without its end, at least one byte.
        ///
        /// `afterReset` says that 0xFF came right before it: an answer to `guest-sync-delimited`.
        case line([UInt8], afterReset: Bool)
        /// A line was longer than the bound and has been dropped.
        case tooLong
    }

    /// The bound on a line that libvirt has too: 10 MiB.
    public static let defaultMaximumLineSize = 10 << 20

    /// Most bytes in a line, its `\n` not counted.
    public var maximumLineSize: Int
    private var partial: [UInt8] = []
    private var isAfterReset = false
    private var isDroppingLine = false

    /// Creates a framer at the start of a line.
    ///
    /// - Parameter maximumLineSize: Most bytes in a line, its `\n` not counted.
    public init(maximumLineSize: Int = Self.defaultMaximumLineSize) {
        self.maximumLineSize = maximumLineSize
    }

    /// Whether a line has begun to arrive and has not ended.
    public var isInsideLine: Bool { !partial.isEmpty || isDroppingLine }

    /// Adds bytes that arrived, and returns the lines that they complete, in order.
    ///
    /// - Parameter bytes: What arrived; any number of bytes, cut anywhere.
    public mutating func push(_ bytes: [UInt8]) -> [Frame] {
        var frames: [Frame] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let end = rest.firstIndex { $0 == Self.newline || $0 == Self.reset } ?? rest.endIndex
            if !append(rest[..<end]) { frames.append(.tooLong) }
            guard end < rest.endIndex else { break }
            if rest[end] == Self.reset {
                dropLine()
                isAfterReset = true
            } else if let line = removeLine() {
                frames.append(line)
            }
            rest = rest[(end + 1)...]
        }
        return frames
    }

    /// Adds to the line; false when it has just become too long.
    private mutating func append(_ piece: ArraySlice<UInt8>) -> Bool {
        guard !isDroppingLine else { return true }
        // A line's first blanks mean nothing; a client that sends blank lines must not look like
        // one that is in the middle of a reply.
        let piece = partial.isEmpty ? piece.drop(while: Self.isBlank) : piece
        guard piece.count <= maximumLineSize - partial.count else {
            dropLine()
            isDroppingLine = true
            isAfterReset = false
            return false
        }
        partial.append(contentsOf: piece)
        return true
    }

    private mutating func removeLine() -> Frame? {
        defer { dropLine() }
        if partial.last == Self.carriageReturn { partial.removeLast() }
        guard !partial.isEmpty else { return nil }
        defer { isAfterReset = false }
        return .line(partial, afterReset: isAfterReset)
    }

    private mutating func dropLine() {
        partial = []
        isDroppingLine = false
    }

    private static let newline = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let reset: UInt8 = 0xFF

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == carriageReturn
    }
}
