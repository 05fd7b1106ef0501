/// A two-way line of bytes to an agent or a QMP server.
///
/// The one thing that this module needs from the outside. Every wait has an end: when `deadline`
/// passes, the call throws `ByteStreamError.timedOut` and the stream is still open; what to do
/// then is the caller's to say.
public protocol ByteStream: Sendable {
    /// Waits for bytes.
    ///
    /// - Parameter deadline: Latest instant to wait for the first byte.
    /// - Returns: What has arrived, 1 to 65,536 bytes.
    /// - Throws: `.timedOut`, `.closed` when the other side closed the line, `.failed` otherwise.
    func receive(until deadline: ContinuousClock.Instant) async throws(ByteStreamError) -> [UInt8]

    /// Sends all bytes.
    ///
    /// - Parameters:
    ///   - bytes: What to send, as it is.
    ///   - deadline: Latest instant to wait for room. A part may have been sent when it passes.
    /// - Throws: `.timedOut`, `.closed`, `.failed`.
    func send(
        _ bytes: [UInt8], until deadline: ContinuousClock.Instant
    ) async throws(ByteStreamError)

    /// Closes the line; every call under way and every later one throws `.closed`.
    func close() async
}
