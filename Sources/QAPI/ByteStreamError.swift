/// Why a byte stream gave nothing.
public enum ByteStreamError: Error, Hashable, Sendable {
    /// The deadline passed.
    case timedOut
    /// The line is closed, by either side.
    case closed
    /// The operating system refused, with this `errno`.
    case failed(errno: Int32)
}
