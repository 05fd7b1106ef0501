internal import GuestVCPU
internal import QAPI
internal import UnixSockets

/// A stream that records what it sends and receives.
struct RecordedStream: ByteStream {
    private let stream: UnixStream
    private let recorder: WireRecorder

    /// Wraps a stream; returns the stream itself when there is no recorder.
    static func wrapping(_ stream: UnixStream, _ recorder: WireRecorder?) -> any ByteStream {
        guard let recorder else { return stream }
        return RecordedStream(stream: stream, recorder: recorder)
    }

    func receive(
        until deadline: ContinuousClock.Instant
    ) async throws(ByteStreamError) -> [UInt8] {
        do throws(ByteStreamError) {
            let bytes = try await stream.receive(until: deadline)
            recorder.record(.received(bytes))
            return bytes
        } catch {
            recorder.record(.failed("cannot receive: \(error.words)"))
            throw error
        }
    }

    func send(
        _ bytes: [UInt8], until deadline: ContinuousClock.Instant
    ) async throws(ByteStreamError) {
        do throws(ByteStreamError) {
            try await stream.send(bytes, until: deadline)
            recorder.record(.sent(bytes))
        } catch {
            recorder.record(.failed("cannot send \(bytes.count) bytes: \(error.words)"))
            throw error
        }
    }

    func close() async {
        await stream.close()
        recorder.record(.closed)
    }
}

extension UnixStream {
    /// Connects, and records the connection or the reason why there is none.
    static func connect(
        to place: SocketPlace, until deadline: ContinuousClock.Instant,
        recorder: WireRecorder?
    ) async throws(UnixSocketError) -> UnixStream {
        do throws(UnixSocketError) {
            let stream = try await connect(to: place, until: deadline)
            recorder?.record(.connected(path: place.text, processID: stream.peer.processID))
            return stream
        } catch {
            recorder?.record(.notConnected(path: place.text, reason: "\(error)"))
            throw error
        }
    }
}

extension ByteStreamError {
    /// What went wrong, for a record.
    var words: String {
        switch self {
        case .timedOut: "the deadline passed"
        case .closed: "the connection is closed"
        case .failed(let errno): "error \(errno)"
        }
    }
}
