import Foundation
import GuestVCPU
import Journal
import Testing

@testable import vcputop

@Suite("which guest a recorded change is about")
struct RecordedGuestTests {
    private static let root = GuestOwner(uid: 0, name: "root", isTrusted: true)
    private static let mallory = GuestOwner(uid: 1000, name: "mallory", isTrusted: false)

    private func guest(
        _ name: String, uuid: String? = nil, source: SourceID = .qemuProcesses,
        owner: GuestOwner? = nil
    ) -> Guest {
        Guest(
            id: GuestID(source: source, name: name, uuid: uuid), owner: owner,
            reader: UnaskedGuest(), writer: nil)
    }

    private func change(
        _ name: String, source: String = "host", uuid: String? = nil
    ) -> RecordedChange {
        var targets = VCPUTargets()
        targets[1] = false
        return RecordedChange(
            id: ChangeID("0198c1d2-0000-7000-8000-0123456789ab"),
            time: Date(timeIntervalSince1970: 0), user: "root", login: nil, pid: 1, guest: name,
            source: source, uuid: uuid, reverts: nil, requested: targets, planned: targets,
            before: RecordedMaps(vcpus: [0, 1], online: [0, 1], offlinable: [1]), boot: nil)
    }

    private func found(_ change: RecordedChange, _ guests: [Guest]) -> GuestID? {
        RecordedGuestIndex(guests.map { ($0.id, $0.owner) }).guest(of: change)
    }

    @Test("the guest of the same source and name")
    func same() {
        let guests = [guest("db"), guest("web"), guest("web", source: .libvirt(uri: "q"))]
        #expect(found(change("web"), guests) == guests[1].id)
        #expect(found(change("web", source: "q"), guests) == guests[2].id)
        #expect(found(change("web", source: "other"), guests) == nil)
        #expect(found(change("gone"), guests) == nil)
    }

    @Test("a machine that has the name now and another UUID is not meant")
    func otherMachine() {
        #expect(found(change("web", uuid: "a"), [guest("web", uuid: "b")]) == nil)
        #expect(found(change("web", uuid: "a"), [guest("web")]) != nil)
    }

    @Test("a UUID means a guest of another name or source, where one trusted guest alone has it")
    func byUUID() {
        let renamed = guest("web2", uuid: "a", owner: Self.root)
        #expect(found(change("web", uuid: "a"), [renamed]) == renamed.id)
        let twice = [renamed, guest("web3", uuid: "a", owner: Self.root)]
        #expect(found(change("web", uuid: "a"), twice) == nil)
    }

    @Test("a process that another user starts with the UUID is never meant instead")
    func forged() {
        let forged = guest("evil", uuid: "a", owner: Self.mallory)
        #expect(found(change("web", uuid: "a"), [forged]) == nil)
        let real = guest("web", uuid: "a", owner: Self.root)
        #expect(found(change("web", uuid: "a"), [forged, real]) == real.id)
        let namesake = guest("web", uuid: "a", source: .other("x"), owner: Self.mallory)
        #expect(found(change("web", uuid: "a"), [namesake, real]) == real.id)
    }

    @Test("log names the source of guests whose names others share")
    func names() {
        let changes = [change("web"), change("web", source: "q"), change("db")]
        let lines = LogText.lines(changes)
        #expect(lines.count == 4)
        #expect(lines[1].contains("host/web"))
        #expect(lines[2].contains("q/web"))
        #expect(lines[3].contains("  db  "))
        #expect(!lines[3].contains("host/db"))
    }
}
