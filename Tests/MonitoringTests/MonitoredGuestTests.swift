import GuestVCPU
import Testing

@testable import Monitoring

@Suite("One guest in the monitor")
struct FleetMemberTests {
    @Test("while the agent does not answer, the pairing from the firmware is not used")
    func firmware() {
        let now = ContinuousClock.now
        let member = MonitoredGuest(ScriptedGuest("g").guest, due: now)
        let reading = AgentReading(
            vcpus: GuestVCPUs(vcpus: [0, 1, 2], online: [0, 1, 2], offlinable: [], readAt: now),
            version: nil, setSupport: .available, firmwareIndices: [0: 0, 1: 5, 2: 3])
        let host = HostReading(
            vcpus: [(0, 0), (3, 2), (5, 1)].map {
                HostVCPU(index: HostIndex($0.0), timeNanoseconds: 1, plugOrder: $0.1)
            }, current: 3, maximum: nil, readAt: now)
        member.record(HostObservation(state: .running, reading: host))
        member.record(reading, exchange: nil)
        #expect(member.state.host?.pairing.confidence == .confirmed)
        #expect(member.state.host?.vcpu(guestID: 1)?.index == 5)
        // The guest may be booting and numbering its CPUs again.
        member.record(AgentError(.unresponsive))
        #expect(member.state.host?.pairing.confidence == .inferred)
        #expect(member.state.host?.vcpu(guestID: 0)?.index == 0)
        #expect(member.state.host?.vcpu(guestID: 1) == nil)
        #expect(member.state.vcpus?.vcpus == [0, 1, 2])
        member.record(reading, exchange: nil)
        #expect(member.state.host?.pairing.confidence == .confirmed)
    }

    @Test("the host's side is recent when its state and its vCPUs are")
    func recentHost() {
        let now = ContinuousClock.now
        let reading = HostReading(
            vcpus: [HostVCPU(index: 0, timeNanoseconds: 1)], current: 1, maximum: nil, readAt: now)
        let member = MonitoredGuest(ScriptedGuest("g").guest, due: now)
        #expect(!member.hasRecentHost(since: now))
        member.record(HostObservation(state: .running, reading: reading))
        #expect(member.hasRecentHost(since: now))
        #expect(!member.hasRecentHost(since: now + .nanoseconds(1)))
        member.record(HostObservation(state: .running, reading: nil))
        #expect(!member.hasRecentHost(since: now))
        member.record(HostObservation(state: .unknown, reading: reading))
        #expect(!member.hasRecentHost(since: now))
    }
}
