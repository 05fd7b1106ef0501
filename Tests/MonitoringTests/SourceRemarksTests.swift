import GuestVCPU
import Testing

@testable import Monitoring

@Suite("The notes of sources")
struct SourceRemarksTests {
    /// A source with one listing and a note about its guests' host side.
    private struct Remarks: GuestSource {
        let id: SourceID
        var guests: [Guest] = []
        var leftOut: [LeftOutGuest] = []
        var note: String?
        var hostNote: String?

        func listings() -> AsyncStream<SourceListing> {
            AsyncStream {
                $0.yield(
                    SourceListing(status: .ok, guests: guests, leftOut: leftOut, note: note))
            }
        }

        func readHost(timeout: Duration) async -> [GuestID: HostObservation] {
            var observations: [GuestID: HostObservation] = [:]
            for guest in guests {
                observations[guest.id] = HostObservation(
                    state: .unknown, reading: nil, note: hostNote)
            }
            return observations
        }
    }

    private static let pace = PollPace(
        host: .seconds(900), shown: .seconds(900), hidden: .seconds(900), longest: .seconds(900))

    private func guest(_ name: String, uuid: String? = nil) -> Guest {
        let guest = ScriptedGuest(name)
        return Guest(
            id: GuestID(source: .other("libvirt"), name: name, uuid: uuid), reader: guest,
            writer: nil)
    }

    @Test("a guest that one source leaves out is named, unless another source lists it")
    func leftOut() async {
        let left = LeftOutGuest(name: "db", uuid: "u2", reason: "it belongs to libvirt")
        let others = [
            LeftOutGuest(name: "web", uuid: "u1", reason: "it belongs to libvirt"), left,
            LeftOutGuest(name: "bare", reason: "it has no channel for an agent", help: "do"),
        ]
        let fleet = FleetMonitor(
            sources: [
                Remarks(id: .other("libvirt"), guests: [guest("web", uuid: "u1")]),
                Remarks(id: .qemuProcesses, leftOut: others, note: "looked"),
            ], pace: Self.pace)
        await fleet.start()
        let sources = await fleet.settled().sources
        #expect(sources[0].leftOut.isEmpty && sources[0].remarks == nil)
        #expect(sources[1].leftOut.map(\.name) == ["db", "bare"])
        #expect(
            sources[1].remarks
                == "looked; guest 'db' is left out: it belongs to libvirt; "
                + "guest 'bare' is left out: it has no channel for an agent")
        await fleet.stop()
    }

    @Test("the notes about the host side of a few guests become part of the source's note")
    func hostNotes() async {
        let guests = (0..<9).map { guest("g\($0)") }
        let fleet = FleetMonitor(
            sources: [Remarks(id: .other("libvirt"), guests: guests, hostNote: "no thread")],
            pace: Self.pace)
        await fleet.start()
        let note = await fleet.settled().sources[0].note
        #expect(note?.hasPrefix("guest 'g0': no thread; guest 'g1': no thread") == true)
        #expect(note?.contains("g5") == false)
        await fleet.stop()
    }

    @Test("of many left-out guests, the text names twenty and counts the rest")
    func bounded() {
        let many = (0..<25).map { LeftOutGuest(name: "g\($0)\u{1B}", reason: "r") }
        let remarks = SourceState(id: .qemuProcesses, status: .ok, leftOut: many).remarks
        #expect(remarks?.hasSuffix("guest 'g19�' is left out: r; 5 more are left out") == true)
    }

    @Test("a shortage of this program does not count as the guest's failure")
    func ours() {
        let guest = ScriptedGuest("g")
        let member = MonitoredGuest(guest.guest, due: .now)
        member.record(AgentError(.error, "no descriptors", isOurs: true))
        #expect(member.failures == 0 && member.agent.name == "error")
        member.record(AgentError(.disconnected))
        #expect(member.failures == 1)
    }
}
