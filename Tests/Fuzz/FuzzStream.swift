import QAPI
import Synchronization

/// The other side of a session, as an input describes it.
///
/// The first byte says how the bytes are cut. The rest is cut into sections by 0x1E: what comes
/// unasked, and then what comes back for each request. In a section, 0x1D stands for the id of the
/// last sync.
final class FuzzStream: ByteStream {
    private struct State {
        var sections: ArraySlice<[UInt8]>
        var pending: ArraySlice<UInt8> = []
        var id: [UInt8] = []
        var hasGivenID = false
    }

    private let state: Mutex<State>
    private let step: Int

    init(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let steps = [65_536, 1, 2, 3, 7, 16, 61, 255]
        step = steps[input.number(below: steps.count)]
        var sections = input.sections(at: 0x1E)[...]
        let first = sections.popFirst() ?? []
        state = Mutex(State(sections: sections, pending: first[...]))
    }

    /// Whether the id of a sync was part of what came back.
    var hasGivenID: Bool { state.withLock { $0.hasGivenID } }

    func send(
        _ bytes: [UInt8], until deadline: ContinuousClock.Instant
    ) async throws(ByteStreamError) {
        let request = try? JSON(parsing: bytes.filter { $0 != 0xFF })
        state.withLock { state in
            if let id = request?["arguments"]?["id"]?.integerValue {
                state.id = Array(String(id).utf8)
            }
            for byte in state.sections.popFirst() ?? [] {
                if byte == 0x1D, !state.id.isEmpty {
                    state.hasGivenID = true
                    state.pending += state.id
                } else {
                    state.pending.append(byte)
                }
            }
        }
    }

    func receive(
        until deadline: ContinuousClock.Instant
    ) async throws(ByteStreamError) -> [UInt8] {
        let piece = state.withLock { state in
            defer { state.pending = state.pending.dropFirst(step) }
            return Array(state.pending.prefix(step))
        }
        guard !piece.isEmpty else { throw .timedOut }
        return piece
    }

    func close() async {}
}
