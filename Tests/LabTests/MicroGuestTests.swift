import LabSupport
import Testing

/// The suites that share the micro guest; what is nested here runs one after the other.
@Suite(.serialized, .guestMayHang) enum MicroGuestTests {}

extension MicroGuestTests {
    /// That the guest is real and the lab's ways into it tell the truth.
    @Suite(.serialized) actor GuestItselfTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("the guest's kernel and its agent tell of the same four processors")
        func bootState() throws {
            let guest = try MicroGuest.shared()
            try guest.bringAllOnline()
            #expect(
                try guest.processors() == [0: .fixed, 1: .online, 2: .online, 3: .online])
            #expect(
                try IndependentClient.processors(ofAgentAt: guest.agentSocket)
                    == (0...3).map { ReportedCPU(id: $0, online: true, canOffline: $0 != 0) })
        }

        @Test("the kernel shows what an agent's client changed")
        func setByAgent() throws {
            let guest = try MicroGuest.shared()
            try guest.bringAllOnline()
            defer { try? guest.bringAllOnline() }
            #expect(try IndependentClient.set(3, online: false, ofAgentAt: guest.agentSocket) == 1)
            #expect(try guest.processors()[3] == .offline)
        }

        @Test("a stalled agent does not answer, and one that goes on does")
        func stall() throws {
            let guest = try MicroGuest.shared()
            try guest.stallAgent()
            #expect(throws: LabError.self) {
                try IndependentClient.processors(
                    ofAgentAt: guest.agentSocket, within: .seconds(1))
            }
            try guest.resumeAgent()
            #expect(
                try IndependentClient.processors(ofAgentAt: guest.agentSocket).count == 4)
        }

        @Test("a busy processor's thread consumes time, and an offline one's none")
        func threadTimes() throws {
            let guest = try MicroGuest.shared()
            try guest.bringAllOnline()
            try guest.burn(1)
            try guest.run("echo 0 >/sys/devices/system/cpu/cpu2/online")
            defer {
                try? guest.rest()
                try? guest.bringAllOnline()
            }
            let before = try guest.threadTimes()
            try wait(for: "processor 1 to run for half a second", within: .seconds(60)) {
                guard let now = try guest.threadTimes()[1], let then = before[1] else {
                    return false
                }
                return now - then > 500_000_000
            }
            #expect(try guest.threadTimes()[2] == before[2])
        }
    }
}
