import GuestVCPU
import Synchronization
import TestSupport
import Testing

@testable import Monitoring

@Suite("Publishing snapshots")
struct SnapshotPublisherTests {
    @Test("a few come at once, those that keep coming no more than ten a second")
    func pace() async throws {
        let clock = ContinuousClock()
        let publisher = SnapshotPublisher(clock: clock)
        let made = Mutex(0)
        let start = clock.now
        #expect(
            await eventually {
                publisher.publish {
                    made.withLock { $0 += 1 }
                    return nil
                }
                return made.withLock { $0 } >= 8
            })
        // However slow the machine is: three ahead, and one more for each tenth of a second.
        let most = 4 + Int(start.duration(to: clock.now) / .milliseconds(100))
        #expect(made.withLock { $0 } <= most)
    }
}
