import GuestVCPU
import TestSupport

@testable import vcputop

/// Guests as `list` can meet them, for tests of what it prints.
enum FleetSamples {
    static let source = SourceID.libvirt(uri: "qemu:///system")
    static let now = ContinuousClock.now

    /// A guest with four vCPUs, of which two are online, read a moment ago.
    static func guest(
        _ name: String, of source: SourceID = source, uuid: String? = nil,
        agent: AgentStatus = .ok, host: HostState? = nil
    ) -> GuestState {
        let maps = GuestVCPUs(
            vcpus: [0, 1, 2, 9], online: [0, 2], offlinable: [1, 2, 9],
            readAt: now - .milliseconds(1_250))
        return GuestState(
            id: GuestID(source: source, name: name, uuid: uuid), runState: .running, agent: agent,
            reading: AgentReading(vcpus: maps, version: "7.2", setSupport: .available), host: host,
            isWritable: false)
    }

    /// A guest that was never read.
    static func unread(_ name: String, _ agent: AgentStatus) -> GuestState {
        GuestState(
            id: GuestID(source: source, name: name), runState: .unknown, agent: agent,
            reading: nil, host: nil, isWritable: false)
    }

    /// The host's side: one vCPU that is paired, one that is not, and one of which nothing is known.
    static var host: HostState {
        let reading = HostReading(
            vcpus: [
                HostVCPU(
                    index: 0, timeNanoseconds: 1_960_000_000, waitNanoseconds: 244_467_037,
                    state: .running, plugOrder: 0),
                HostVCPU(
                    index: 3, timeNanoseconds: 61_000_000_001, waitNanoseconds: 0, state: .blocked,
                    plugOrder: 2),
                HostVCPU(index: 5, timeNanoseconds: nil, plugOrder: 1),
            ], current: 3, maximum: 6, readAt: now)
        let guest = AgentReading(
            vcpus: GuestVCPUs(
                vcpus: [0, 1, 2], online: [0, 2], offlinable: [1, 2], readAt: now),
            version: nil, setSupport: .available)
        return HostState(
            reading: reading, pairing: Pairing(guest: guest, host: reading), shares: [:])
    }

    static func snapshot(
        _ guests: [GuestState], sources: [SourceState] = [SourceState(id: source, status: .ok)]
    ) -> FleetSnapshot {
        FleetSnapshot(takenAt: now, sources: sources, guests: guests)
    }

    /// Names of any characters, mostly of those that formats give a meaning; none twice.
    static func randomNames(_ count: Int, seed: UInt64) -> [String] {
        var random = SeededGenerator(seed: seed)
        let special = Array("\\\"\n\r,={}#' \t\0+-@\u{1B}\u{202E}🦊é".unicodeScalars)
        var known = Set(hostileNames)
        return (0..<count).compactMap { _ in
            var name = ""
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                let any = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random))
                let scalar =
                    Bool.random(using: &random) ? any : special.randomElement(using: &random)
                if let scalar { name.unicodeScalars.append(scalar) }
            }
            return known.insert(name).inserted ? name : nil
        }
    }

    /// Names that no format may trip over.
    static let hostileNames = [
        "web1", "a b", "a,b", "a\"b", "\"", "a\\b", "a\\", "a\nb", "a\r\nb", "\n# EOF\n", "a\tb",
        "ev\u{1B}[2Jil", "nul\u{0}", "", " ", "🦊", "👨‍👩‍👧", "東京", "a\u{202E}b", "\u{FEFF}a",
        "\u{E0001}", "}",
        "{x=\"1\"}",
        "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "'=1", ",=1", "\t=1", "a=1",
    ]
}
