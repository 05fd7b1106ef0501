import Foundation
import GuestVCPU
import JSONForms
import Journal
import Testing

@testable import vcputop

/// The man page's members against those that the encoders write.
@Suite("The JSON that the man page describes")
struct JSONManualTests {
    @Test("list --json has the members that are described, and no others")
    func list() throws {
        try check(
            Manual.listMembers,
            against: [
                FleetJSON(snapshot(isKnown: true), time: Date()),
                FleetJSON(snapshot(isKnown: false), time: Date()),
            ])
    }

    @Test("set --json has the members that are described, and no others")
    func set() throws {
        let request = try ChangeRequest(online: [2], offline: [1])
        let reading = GuestVCPUs(vcpus: [0, 1, 2], online: [0], offlinable: [1], readAt: .now)
        let results = [
            TransactionResult(request: request, outcome: .unreachable),
            TransactionResult(request: ChangeRequest(onlineCount: 2), outcome: .unreachable),
            TransactionResult(
                request: request, outcome: .refused, before: reading, after: reading,
                reasons: [
                    Refusal(vcpu: nil, code: .readOnly), Refusal(vcpu: 1, code: .notOfflinable),
                ],
                failures: [
                    TransactionFailure(vcpu: 1, cause: .rebooted),
                    TransactionFailure(vcpu: nil, cause: .notDone),
                ]),
        ]
        try check(
            Manual.setMembers,
            against: results.flatMap { result in
                [true, false].map {
                    TransactionJSON(guest: "web1", result: result, isDryRun: $0)
                }
            })
    }

    @Test("log --json has the members that are described, and no others")
    func log() throws {
        let maps = RecordedMaps(vcpus: [0, 1], online: [0], offlinable: [1])
        var targets = VCPUTargets()
        targets[1] = false
        var ended = RecordedChange(
            id: ChangeID("a-1"), time: Date(), user: "root", login: "ada", pid: 1, guest: "web1",
            source: "host", uuid: "u", reverts: ChangeID("a-0"), requested: targets,
            planned: targets, before: maps, boot: "b")
        let open = ended
        ended.end = RecordedChange.End(
            time: Date(), outcome: .failed, after: maps,
            failure: RecordedChange.Failure(vcpu: 1, message: "no"))
        var found = open
        found.found = RecordedChange.Finding(time: Date(), after: maps)
        try check(Manual.logMembers, against: [ended, open, found].map { LogJSON($0) })
    }

    @Test("doctor --json has the members that are described, and no others")
    func doctor() throws {
        let guest = LeftOutGuest(name: "web1", reason: "no channel", help: "add one")
        try check(
            Manual.doctorMembers,
            against: [DiagnosisJSON(Diagnosis(guest, source: .qemuProcesses))])
    }

    @Test("every word that a member can be is on the page")
    func words() throws {
        let page = try Manual.lines().joined(separator: "\n")
        let words =
            Outcome.allCases.map(\.rawValue) + AgentError.Kind.allCases.map(\.rawValue)
            + Refusal.Code.allCases.map(\.rawValue) + RunState.allCases.map(\.rawValue)
            + HostVCPUState.allCases.map(\.rawValue) + Pairing.Confidence.allCases.map(\.rawValue)
            + GuestCheck.allCases.map(\.rawValue) + CheckResult.allCases.map(\.rawValue)
        for word in words { #expect(page.contains(word), "\(word)") }
    }

    /// A value can be left out only where a container of it is described as such.
    private func check(_ members: [JSONMember], against values: [some Encodable]) throws {
        let described = members.map(\.path)
        #expect(Set(described).count == described.count)
        var leaves: Set<String> = []
        var containers: Set<String> = []
        for value in values {
            let line = try JSONText.line(value)
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            collect(object, at: "", &leaves, &containers)
        }
        // Both ways: what is written is described, and what is described is written.
        #expect(leaves.subtracting(described).isEmpty)
        #expect(Set(described).subtracting(leaves).isEmpty)
        // What is null here and an object there is described as a whole, too.
        #expect(leaves.intersection(containers).isSubset(of: described))
    }

    private func collect(
        _ value: Any, at path: String, _ leaves: inout Set<String>, _ containers: inout Set<String>
    ) {
        if let members = value as? [String: Any] {
            containers.insert(path)
            for (name, value) in members {
                collect(value, at: path.isEmpty ? name : "\(path).\(name)", &leaves, &containers)
            }
        } else if let elements = value as? [Any] {
            for element in elements { collect(element, at: "\(path)[]", &leaves, &containers) }
        } else {
            leaves.insert(path)
        }
    }

    private func snapshot(isKnown: Bool) -> FleetSnapshot {
        let guest = GuestVCPUs(vcpus: [0, 1], online: [0], offlinable: [1], readAt: .now)
        let reading = AgentReading(vcpus: guest, version: "7.2", setSupport: .available)
        let host = HostReading(
            vcpus: [HostVCPU(index: 0, timeNanoseconds: 5, waitNanoseconds: 6, thread: 7)],
            current: 1, maximum: 2, readAt: .now)
        let state = GuestState(
            id: GuestID(source: .other("s"), name: "web1", uuid: isKnown ? "u" : nil),
            runState: .running,
            agent: isKnown ? .ok : .failed(AgentError(.denied)), reading: isKnown ? reading : nil,
            host: isKnown ? HostState(reading: host, pairing: .unknown, shares: [:]) : nil,
            isWritable: true)
        return FleetSnapshot(
            takenAt: .now, sources: [SourceState(id: .other("s"), status: .ok)], guests: [state])
    }
}
