import GuestVCPU
import Testing

@testable import vcputop

@Suite("which guests a glob means")
struct GuestPatternTests {
    private static let root = GuestOwner(uid: 0, name: "root", isTrusted: true)
    private static let mallory = GuestOwner(uid: 1001, name: "mallory", isTrusted: false)

    private func guest(
        _ name: String, _ source: SourceID = .qemuProcesses, owner: GuestOwner? = nil
    ) -> Guest {
        Guest(
            id: GuestID(source: source, name: name), owner: owner, reader: UnaskedGuest(),
            writer: nil)
    }

    private func names(_ pattern: String, _ guests: [Guest]) -> [String] {
        GuestPattern(pattern).guests(of: guests).map(\.id.name)
    }

    @Test(
        "it is a glob as a shell's, over whole characters",
        arguments: [
            ("web*", "web1", true), ("web*", "web", true), ("web?", "web1", true),
            ("web?", "web", false), ("web?", "web12", false), ("web?", "webé", true),
            ("??", "日本", true), ("?", "👍", true), ("web[1-3]", "web2", true),
            ("web[!1-3]", "web2", false), ("web[!1-3]", "web9", true), ("*", "", true),
            ("*", "a/b", true), ("W*", "web1", false), ("web\\*", "web*", true),
            ("web\\*", "web1", false), ("[", "[", true), ("web[", "web[", true),
            ("*1", ".1", true), ("[[:digit:]]*", "7up", true),
        ])
    func globs(_ pattern: String, _ name: String, _ expected: Bool) {
        #expect(GuestPattern.glob(pattern, matches: name) == expected)
    }

    @Test("a glob is matched against the name and against SOURCE/NAME")
    func fullNames() {
        let guests = [
            guest("web1", .libvirt(uri: "qemu:///system")),
            guest("web1", .libvirt(uri: "qemu+ssh://kvm02/system")),
            guest("db1", .libvirt(uri: "qemu:///system")),
        ]
        #expect(names("web*", guests) == ["web1", "web1"])
        #expect(names("qemu:///*", guests) == ["web1", "db1"])
        #expect(names("*kvm02*/web*", guests) == ["web1"])
        #expect(names("mail*", guests) == [])
    }

    @Test("a guest with that very name goes first, and is meant alone")
    func exact() {
        let guests = [guest("web*"), guest("web1"), guest("db[1]"), guest("db1")]
        #expect(names("web*", guests) == ["web*"])
        #expect(names("db[1]", guests) == ["db[1]"])
        #expect(names("*1", guests) == ["web1", "db1"])
        #expect(names("host/web*", guests) == ["web*"])
    }

    @Test("a glob never means a guest of an untrusted user, by no spelling")
    func lookalikes() {
        let fake = guest("web1", .agentSocket(path: "/home/mallory/1"), owner: Self.mallory)
        let own = guest("web2", .agentSocket(path: "/run/2"), owner: Self.root)
        for pattern in ["web*", "*", "agent:/*", "*/web1", "[w]eb1", "agent:/home/mallory/*"] {
            #expect(!names(pattern, [fake, own]).contains("web1"), "\(pattern)")
        }
        // The guest of root is not hidden by a look-alike that has the glob itself for a name.
        let trap = guest("web*", .agentSocket(path: "/home/mallory/3"), owner: Self.mallory)
        #expect(names("web*", [trap, own]) == ["web2"])
        // Its full name is still a name.
        #expect(names("agent:/home/mallory/1/web1", [fake, own]) == ["web1"])
    }

    @Test("names that are typed, globs and duplicates make each guest one target")
    func targets() throws {
        var directory = GuestDirectory()
        directory.guests = [guest("web1"), guest("web2"), guest("db1")]
        func names(_ typed: String...) -> [String] {
            directory.targets(typed, .allOnline).map(\.name)
        }
        #expect(names("web*", "web1", "*1") == ["web1", "web2", "db1"])
        #expect(names("host/web1", "web*") == ["host/web1", "web2"])
        #expect(names("db1", "web9", "mail*") == ["db1", "web9", "mail*"])
        let lines = [
            ListedChange(line: 2, guest: "web1", request: .allOnline),
            ListedChange(line: 5, guest: "host/web1", request: .allOnline),
        ]
        do throws(CommandFailure) {
            _ = try directory.targets(lines, file: "list")
            Issue.record("one guest on two lines")
        } catch {
            #expect(error.exitStatus == 64)
            #expect(error.messages == ["list:5: guest 'host/web1' is the guest of line 2"])
        }
        // A name of the list is never a glob.
        let glob = [ListedChange(line: 1, guest: "web*", request: .allOnline)]
        #expect(try directory.targets(glob, file: "list").allSatisfy { $0.id == nil })
    }

    @Test("two guests of one name are ambiguous by name, and both meant by a glob")
    func ambiguous() {
        var directory = GuestDirectory()
        directory.guests = [
            guest("web1", .agentSocket(path: "/run/1")),
            guest("web1", .agentSocket(path: "/run/2")),
        ]
        #expect(directory.targets(["web1"], .allOnline).map(\.id) == [nil])
        #expect(
            directory.targets(["web*"], .allOnline).map(\.name)
                == ["agent:/run/1/web1", "agent:/run/2/web1"])
    }

    @Test("a source that does not answer may have more guests that a glob means")
    func unreachable() {
        var directory = GuestDirectory()
        directory.guests = [guest("web1")]
        directory.failures = ["cannot reach 'x': down"]
        let targets = directory.targets(["web*"], .allOnline)
        #expect(targets.map(\.name) == ["web1", "web*"])
        #expect(targets[0].id != nil && targets[1].id == nil)
    }

    @Test("guests that a filter picks are those of trusted users")
    func filtered() {
        var directory = GuestDirectory()
        directory.guests = [guest("web1", owner: Self.mallory), guest("web2", owner: Self.root)]
        let all = directory.guests.map(\.id)
        #expect(directory.targets(all, .allOnline).map(\.name) == ["web2"])
    }
}

/// A guest that is never asked.
struct UnaskedGuest: GuestReader {
    func read(timeout: Duration) async throws(AgentError) -> AgentReading {
        throw AgentError(.absent)
    }
}
