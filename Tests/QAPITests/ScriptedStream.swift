import QAPI
import TestSupport

/// The other side of a session: for each request that is sent, the bytes that come back.
///
/// Its time is virtual: it moves by `tick` at each call, and goes to the deadline when there is
/// nothing to receive.
actor ScriptedStream: ByteStream {
    /// What comes back after a request.
    struct Exchange: Sendable {
        var request: String
        var reply: [UInt8]

        init(_ request: String, _ reply: [UInt8]) {
            self.request = request
            self.reply = reply
        }

        init(_ request: String, _ reply: String) {
            self.init(request, Array(reply.utf8))
        }
    }

    /// Every request so far, as it was sent.
    private(set) var sent: [[UInt8]] = []
    private var exchanges: [Exchange]
    private var pending: [[UInt8]]
    private let chunking: Chunking
    private let end: ByteStreamError
    private let endless: [UInt8]?
    nonisolated let clock = VirtualClock()

    /// - Parameters:
    ///   - greeting: What arrives without a request.
    ///   - exchanges: In order; a request that does not contain what is expected gets no answer.
    ///   - end: What happens when there is nothing left to receive.
    ///   - endless: What arrives for ever after.
    init(
        greeting: [UInt8] = [], _ exchanges: [Exchange], chunking: Chunking = .whole,
        end: ByteStreamError = .timedOut, endless: [UInt8]? = nil
    ) {
        self.exchanges = exchanges
        self.chunking = chunking
        self.end = end
        self.endless = endless
        pending = chunking.cut(greeting)
    }

    func send(
        _ bytes: [UInt8], until deadline: ContinuousClock.Instant
    ) async throws(ByteStreamError) {
        clock.advance(by: .milliseconds(1))
        sent.append(bytes)
        let request = String(decoding: bytes, as: UTF8.self)
        guard let next = exchanges.first, request.contains(next.request) else { return }
        exchanges.removeFirst()
        pending += chunking.cut(next.reply)
    }

    func receive(
        until deadline: ContinuousClock.Instant
    ) async throws(ByteStreamError) -> [UInt8] {
        clock.advance(by: .milliseconds(1))
        if !pending.isEmpty { return pending.removeFirst() }
        if let endless { return endless }
        if end == .timedOut { clock.advance(to: deadline) }
        throw end
    }

    func close() async {}

    /// The commands sent so far, without 0xFF and line ends.
    var commands: [String] {
        sent.map { String(decoding: $0.filter { $0 != 0xFF && $0 != 0x0A }, as: UTF8.self) }
    }
}
