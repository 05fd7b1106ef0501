import Dispatch
import Glibc
import Testing

@testable import UnixSockets

/// Connecting to places whose paths are not found.
@Suite(.timeLimit(.minutes(1))) struct SocketConnectorTests {
    @Test("a path that is not found delays no other, and is not tried again while it hangs")
    func hang() async throws {
        let gate = DispatchSemaphore(value: 0)
        let (tries, tried) = AsyncStream<Int32>.makeStream()
        let connector = SocketConnector { place throws(UnixSocketError) in
            guard place.path != "/well" else { return 4_711 }
            gate.wait()
            let descriptor = dup(0)
            tried.yield(descriptor)
            return descriptor
        }
        // More than the pool has threads.
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    await #expect(throws: UnixSocketError.pathHangs) {
                        try await connector.connect(to: SocketPlace("/hung\(number)"), until: .now)
                    }
                }
            }
            let other = try? await connector.connect(to: SocketPlace("/well"), until: .now)
            #expect(other == 4_711)
        }
        let start = ContinuousClock.now
        await #expect(throws: UnixSocketError.pathHangs) {
            try await connector.connect(to: SocketPlace("/hung0"), until: .now + .seconds(30))
        }
        #expect(start.duration(to: .now) < .seconds(20))
        // Once they return, their descriptors are closed, and the places are tried again.
        for _ in 0..<20 { gate.signal() }
        var late: [Int32] = []
        for await descriptor in tries.prefix(20) { late.append(descriptor) }
        #expect(late.count == 20)
        gate.signal()
        while true {
            let again = try? await connector.connect(
                to: SocketPlace("/hung0"), until: .now + .seconds(30))
            guard let again else { continue }
            close(again)
            break
        }
    }
}
