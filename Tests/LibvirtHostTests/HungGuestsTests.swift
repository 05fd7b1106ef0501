import Foundation
import GuestVCPU
import Synchronization
import Testing

@testable import LibvirtHost

@Suite("The file of hung guests")
struct HungGuestListTests {
    private static func entry(_ guest: String, since: Int = 100) -> HungGuestList.Entry {
        HungGuestList.Entry(
            uri: "qemu:///system", daemon: "7:1.2", guest: guest, domainID: 3, since: since)
    }

    @Test("what is written is read again")
    func roundTrip() {
        var list = HungGuestList()
        list.put(Self.entry("a"))
        list.put(Self.entry("b", since: 200))
        list.probe("b", of: "qemu:///system", at: 300)
        #expect(HungGuestList(list.text) == list)
        #expect(list.entries.map(\.probedAt) == [0, 300])
        list.put(Self.entry("a", since: 400))
        #expect(list.entries.map(\.guest) == ["b", "a"])
        list.remove("b", of: "qemu:///elsewhere")
        #expect(list.entries.count == 2)
        list.remove("b", of: "qemu:///system")
        #expect(list.entries.map(\.since) == [400])
    }

    @Test(
        "the list drops torn and foreign lines and keeps the others",
        arguments: [
            "", "\n", "x\n", "\t\t\t\t\t\n", "1\t2\t3\tguest\tdaemon\n",
            "-1\t0\t3\tguest\tdaemon\turi\n", "1\t0\t-3\tguest\tdaemon\turi\n",
            "1\t0\t99999999999\tguest\tdaemon\turi\n", "\u{0}\u{0}\u{0}\n",
            "99999999999999999999\t0\t3\tguest\tdaemon\turi\n",
            String(repeating: "1", count: 2_000) + "\n",
        ])
    func damaged(line: String) {
        var list = HungGuestList()
        list.put(Self.entry("a"))
        let text = list.text
        #expect(HungGuestList(Array(line.utf8) + text) == list)
        #expect(HungGuestList(text + Array(line.utf8)) == list)
        // The last line has no line end.
        #expect(HungGuestList(text + text.dropLast()) == list)
    }

    @Test("any bytes parse, into no more than the maximum number of entries")
    func anyBytes() {
        var random = SystemRandomNumberGenerator()
        for _ in 1...200 {
            let bytes = (0..<400).map { _ in
                Bool.random(using: &random)
                    ? UInt8.random(in: 0...255) : [9, 10, 49].randomElement()!
            }
            #expect(HungGuestList(bytes).entries.count <= HungGuestList.mostEntries)
        }
        var many = HungGuestList()
        for number in 1...HungGuestList.mostEntries + 10 { many.put(Self.entry("\(number)")) }
        #expect(many.entries.count == HungGuestList.mostEntries)
        #expect(many.entries.first?.guest == "11")
        #expect(HungGuestList(many.text) == many)
        #expect(HungGuestList.longestEntry * HungGuestList.mostEntries <= RuntimeFile.longest)
    }

    @Test("what cannot be read again is not written")
    func unwritable() {
        var list = HungGuestList()
        list.put(Self.entry("a\tb"))
        list.put(Self.entry("a\nb"))
        list.put(Self.entry(String(repeating: "a", count: HungGuestList.longestEntry)))
        #expect(list.entries.isEmpty)
    }

    @Test("an entry lasts until the daemon or the domain restarts, for a day at most")
    func pruning() {
        func left(
            daemon: String = "7:1.2", domains: [String: UInt32] = ["a": 3],
            uri: String = "qemu:///system", now: Int = 150
        ) -> Int {
            var list = HungGuestList()
            list.put(Self.entry("a"))
            list.prune(uri: uri, daemon: daemon, domains: domains, now: now)
            return list.entries.count
        }
        #expect(left() == 1)
        #expect(left(daemon: "8:1.2") == 0)
        #expect(left(domains: ["a": 4]) == 0)
        #expect(left(domains: [:]) == 0)
        #expect(left(now: 100 + HungGuestList.longestAge) == 1)
        #expect(left(now: 101 + HungGuestList.longestAge) == 0)
        // The entry is from another boot.
        #expect(left(now: 99) == 0)
        #expect(left(daemon: "8:1.2", domains: [:], uri: "other") == 1)
    }
}

@Suite("Hung guests across runs", .timeLimit(.minutes(5)))
struct HungGuestsTests {
    private let base = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
    private var folder: String { base.path + "/vcputop" }
    private var path: String { folder + "/hung-guests" }
    private let domains = ["a", "b", "c"].map { Domain(id: 1, uuid: $0, name: $0) }

    init() throws {
        try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
    }

    private func memory(daemon: String = "d", now: Int = 100) -> HungGuests {
        HungGuests(uri: "test:host", folder: folder, daemon: { daemon }, now: { now })
    }

    private func clean() { try? FileManager.default.removeItem(at: base) }

    @Test("another run knows the hung guests until a call returns or the daemon restarts")
    func acrossRuns() async throws {
        defer { clean() }
        let first = memory()
        #expect(await first.load(domains) == HungGuests.Known())
        // Nothing is created while there is nothing to remember.
        #expect(!FileManager.default.fileExists(atPath: folder))
        await first.add("a")
        await first.add("b")
        await first.add("not listed")
        let mode = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions]
        #expect(mode as? Int == 0o700)
        #expect(
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                == 0o600)

        let second = memory(now: 110)
        #expect(await second.load(domains).guests == ["a", "b"])
        await second.probe("a")
        #expect(second.lastProbe(of: "a") == 110)
        let third = memory(now: 120)
        #expect(
            await third.load(domains)
                == HungGuests.Known(guests: ["a", "b"], pauseBeforeProbe: .seconds(20)))
        #expect(third.lastProbe(of: "a") == 110 && third.lastProbe(of: "b") == 0)
        #expect(await memory(now: 140).load(domains).pauseBeforeProbe == nil)
        await second.remove("a")
        #expect(await third.load(domains).guests == ["b"])
        #expect(await memory(daemon: "e").load(domains).guests.isEmpty)
        #expect(await first.load(domains).guests.isEmpty)
    }

    @Test("several runs at once lose nothing of each other's")
    func together() async {
        defer { clean() }
        let domains = (1...40).map { Domain(id: 1, uuid: "\($0)", name: "") }
        let memories = (1...4).map { _ in memory() }
        for memory in memories { _ = await memory.load(domains) }
        await withTaskGroup(of: Void.self) { group in
            for (index, domain) in domains.enumerated() {
                group.addTask { await memories[index % 4].add(domain.uuid) }
            }
        }
        #expect(await memory().load(domains).guests == Set(domains.map(\.uuid)))
    }

    @Test("recording a guest and then removing it removes it, whatever the priorities")
    func order() async {
        defer { clean() }
        let domains = (1...200).map { Domain(id: 1, uuid: "\($0)", name: "") }
        let memory = memory()
        _ = await memory.load(domains)
        await OrderedCaller().addAndRemove(domains.map(\.uuid), in: memory)
        #expect(await self.memory().load(domains) == HungGuests.Known())
    }

    @Test("a file of any size and content is read safely, and replaced by the known entries")
    func foreignContents() async throws {
        defer { clean() }
        let line = "100\t0\t1\ta\td\ttest:host\n"
        let contents = [
            Data(repeating: 0xff, count: 4 << 20), Data(repeating: 10, count: 4 << 20),
            Data(String(repeating: line, count: 200_000).utf8), Data([0, 9, 10, 0x1b]),
        ]
        for data in contents {
            try? FileManager.default.removeItem(atPath: folder)
            #expect(mkdir(folder, 0o700) == 0)
            #expect(FileManager.default.createFile(atPath: path, contents: data))
            #expect(chmod(path, 0o600) == 0)
            let memory = memory()
            let known = await memory.load(domains)
            #expect(known.guests.isSubset(of: ["a"]))
            await memory.add("b")
            #expect(await self.memory().load(domains).guests == known.guests.union(["b"]))
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
            #expect(try #require(size) < 1_000)
        }
    }

    @Test("a sparse file of a terabyte is not read to its end")
    func sparse() async throws {
        defer { clean() }
        #expect(mkdir(folder, 0o700) == 0)
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        #expect(chmod(path, 0o600) == 0 && truncate(path, 1 << 40) == 0)
        let memory = memory()
        #expect(await memory.load(domains) == HungGuests.Known())
        await memory.add("a")
        #expect(await self.memory().load(domains).guests == ["a"])
    }

    @Test(
        "a file of another user, or one that cannot be written, stays as it is",
        arguments: ["folder", "file", "folder without a right to write"])
    func notOurs(kind: String) async throws {
        defer { clean() }
        #expect(mkdir(folder, 0o700) == 0)
        let data = Data("theirs".utf8)
        switch kind {
        case "folder":
            guard geteuid() == 0 else { return }
            #expect(chown(folder, 4711, 4711) == 0)
        case "file":
            guard geteuid() == 0 else { return }
            #expect(FileManager.default.createFile(atPath: path, contents: data))
            #expect(chmod(path, 0o600) == 0 && chown(path, 4711, 4711) == 0)
        default:
            // Root may write whatever the mode says.
            guard geteuid() != 0 else { return }
            #expect(chmod(folder, 0o500) == 0)
        }
        let memory = memory()
        #expect(await memory.load(domains) == HungGuests.Known())
        await memory.add("a")
        #expect(await self.memory().load(domains) == HungGuests.Known())
        #expect(FileManager.default.contents(atPath: path) == (kind == "file" ? data : nil))
        _ = chmod(folder, 0o700)
    }

    @Test(
        "a folder or file that others can reach, or that is a link, is not used",
        arguments: ["open folder", "folder link", "file link", "hard link", "open file", "pipe"])
    func unsafe(kind: String) async throws {
        defer { clean() }
        let target = base.path + "/target"
        let manager = FileManager.default
        switch kind {
        case "open folder":
            try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
            #expect(chmod(folder, 0o755) == 0)
        case "folder link":
            try manager.createDirectory(atPath: target, withIntermediateDirectories: true)
            #expect(chmod(target, 0o700) == 0 && symlink(target, folder) == 0)
        default:
            #expect(mkdir(folder, 0o700) == 0)
            #expect(manager.createFile(atPath: target, contents: Data("mine".utf8)))
            #expect(chmod(target, 0o600) == 0)
            switch kind {
            case "file link": #expect(symlink(target, path) == 0)
            case "hard link": #expect(link(target, path) == 0)
            case "pipe": #expect(mkfifo(path, 0o600) == 0)
            default:
                #expect(manager.createFile(atPath: path, contents: Data()))
                #expect(chmod(path, 0o644) == 0)
            }
        }
        let memory = memory()
        _ = await memory.load(domains)
        await memory.add("a")
        #expect(await memory.load(domains) == HungGuests.Known())
        if kind.hasSuffix("link"), kind != "folder link" {
            #expect(try Data(contentsOf: URL(filePath: target)) == Data("mine".utf8))
        }
    }

    @Test("a later run asks one hung guest at a time, and the others again once it answers")
    func probing() async throws {
        let host = ScriptedHost("a", "b", "c")
        defer {
            host.state.withLock { $0.hung = [] }
            clean()
        }
        func lanes(now: Int) async -> HostLanes {
            let lanes = HostLanes(
                ConnectionOpener("", host),
                patience: HostLanes.Patience(
                    fewLanes: .milliseconds(20), leavesOut: false),
                memory: memory(now: now))
            await lanes.setObstacle(nil)
            await lanes.setDomains(domains)
            return lanes
        }
        func kinds(_ lanes: HostLanes) async -> [String: AgentError.Kind] {
            await withTaskGroup(of: (String, AgentError.Kind?).self) { group in
                for name in ["a", "b", "c"] {
                    group.addTask {
                        do throws(AgentError) {
                            _ = try await LibvirtGuest(uuid: name, lanes: lanes)
                                .read(timeout: .milliseconds(300))
                            return (name, nil)
                        } catch {
                            return (name, error.kind)
                        }
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
        }
        host.state.withLock { $0.hung = ["a", "b"] }
        #expect(await kinds(lanes(now: 100)) == ["a": .unresponsive, "b": .unresponsive])
        #expect(host.state.withLock(\.asked.count) == 3)
        // One of the two hung guests is asked, and the healthy one.
        #expect(await kinds(lanes(now: 200)) == ["a": .unresponsive, "b": .unresponsive])
        #expect(host.state.withLock(\.asked.count) == 5)
        // The other run may still be asking that guest.
        #expect(await kinds(lanes(now: 210)) == ["a": .unresponsive, "b": .unresponsive])
        #expect(host.state.withLock(\.asked.count) == 6)
        host.state.withLock { $0.hung = [] }
        #expect(await kinds(lanes(now: 300)) == [:])
        #expect(await memory(now: 300).load(domains) == HungGuests.Known())
    }

    @Test("runs that start together ask each hung guest once, and read all the others")
    func beginningTogether() async throws {
        let names = ["a", "b", "c", "d", "e", "f"]
        let host = ScriptedHost()
        host.state.withLock { $0.hung = ["a", "b", "c", "d"] }
        defer {
            host.state.withLock { $0.hung = [] }
            clean()
        }
        await withTaskGroup(of: Set<String>.self) { group in
            for _ in 1...3 {
                let lanes = HostLanes(
                    ConnectionOpener("", host),
                    patience: HostLanes.Patience(
                        fewLanes: .milliseconds(20),
                        leavesOut: false),
                    memory: memory(now: 100))
                await lanes.setObstacle(nil)
                await lanes.setDomains(names.map { Domain(uuid: $0, name: $0) })
                group.addTask {
                    await withTaskGroup(of: String?.self) { readings in
                        for name in names {
                            readings.addTask {
                                let guest = LibvirtGuest(uuid: name, lanes: lanes)
                                let reading = try? await guest.read(timeout: .seconds(1))
                                return reading == nil ? nil : name
                            }
                        }
                        return await readings.reduce(into: []) {
                            if let name = $1 { $0.insert(name) }
                        }
                    }
                }
            }
            for await read in group { #expect(read == ["e", "f"]) }
        }
        let asked = host.state.withLock(\.asked)
        for name in names.prefix(4) {
            // Each hung guest is asked once, and each other run checks at most one of them again.
            #expect((1...3).contains(asked.count { $0 == "\(name): read" }), "\(asked)")
        }
        #expect(asked.count <= 4 + 3 + 6, "\(asked)")
    }

    @Test(
        "the PID file beside its socket identifies the daemon",
        arguments: [
            "qemu+unix:///system?socket=BASE/libvirt/libvirt-sock",
            "qemu:///system?socket=BASE/libvirt/libvirt-sock&x=y",
        ])
    func daemon(pattern: String) throws {
        defer { clean() }
        let uri = pattern.replacingOccurrences(of: "BASE", with: base.path)
        #expect(HungGuests.localDaemon(of: uri) == "")
        let file = base.path + "/libvirtd.pid"
        #expect(FileManager.default.createFile(atPath: file, contents: Data("1".utf8)))
        let first = HungGuests.localDaemon(of: uri)
        #expect(!first.isEmpty)
        #expect(HungGuests.localDaemon(of: uri) == first)
        var times = [timespec(tv_sec: 5, tv_nsec: 0), timespec(tv_sec: 5, tv_nsec: 0)]
        #expect(utimensat(AT_FDCWD, file, &times, 0) == 0)
        #expect(HungGuests.localDaemon(of: uri) != first)
        #expect(HungGuests.localDaemon(of: "qemu+ssh://host/system") == "")
        #expect(HungGuests.localDaemon(of: "nonsense") == "")
    }
}
