import Foundation
import GuestVCPU
import Synchronization
import TestSupport
import Testing
import UnixSockets

@testable import QEMUHost

@Suite("Guests that are found by their processes", .timeLimit(.minutes(5)))
struct DiscoveredGuestsTests {
    /// This process serves the tests' sockets, so it plays QEMU in the trees.
    private let qemu = getpid()

    private func arguments(
        _ name: String, agent: String, program: String = "/usr/bin/kvm", more: [String] = []
    ) -> [String] {
        [
            program, "-name", "\(name),debug-threads=on", "-chardev",
            "socket,id=qga0,path=\(agent),server=on,wait=off", "-device",
            "virtserialport,chardev=qga0,name=org.qemu.guest_agent.0",
        ] + more
    }

    private func withTree(
        _ body: (ProcessTree, PrivateDirectory, ScriptedServer) async throws -> Void
    ) async throws {
        try await withDirectory { directory in
            let tree = try ProcessTree(in: directory.path)
            defer { try? FileManager.default.removeItem(atPath: tree.root) }
            let agent = try ScriptedServer.agent(at: directory.agent) { command, _ in
                .line(
                    command == "guest-get-vcpus"
                        ? #"{"return": [{"logical-id": 0, "online": true}]}"#
                        : #"{"error": {"class": "CommandNotFound", "desc": "?"}}"#)
            }
            try await body(tree, directory, agent)
            await agent.close()
        }
    }

    private func listing(of source: DiscoveredGuests) async throws -> SourceListing {
        for await listing in source.listings() { return listing }
        throw CancellationError()
    }

    private func source(_ tree: ProcessTree, isReadOnly: Bool = false) -> DiscoveredGuests {
        DiscoveredGuests(
            isReadOnly: isReadOnly, reader: tree.reader, threadReader: tree.reader,
            pause: .milliseconds(20))
    }

    @Test("a process that serves the socket that its command line names is a guest")
    func found() async throws {
        try await withTree { tree, directory, agent in
            let uuid = "18dfa228-cb4d-4ced-af3e-cc670d8e0cdc"
            try tree.write(
                process: qemu,
                arguments: arguments(
                    "web1", agent: directory.agent, more: ["-uuid", uuid, "-smp", "1,maxcpus=4"]))
            try tree.write(
                thread: 30, of: qemu, name: "CPU 0/KVM", schedule: "1000 2 3")
            let source = source(tree)
            let listing = try await listing(of: source)
            #expect(listing.status == .ok && listing.note == nil)
            let guest = try #require(listing.guests.first)
            #expect(
                guest.id
                    == GuestID(
                        source: .agentSocket(path: directory.agent), name: "web1", uuid: uuid))
            // The host's side is read without the agent.
            let host = await source.readHost(timeout: .ample)[guest.id]
            #expect(host?.reading?.vcpus.map(\.timeNanoseconds) == [1000])
            #expect(host?.reading?.maximum == 4)
            let reading = try await guest.reader.read(timeout: .ample)
            #expect(reading.vcpus.vcpus == [0])
            #expect(guest.writer != nil)
            let watched = try await self.listing(of: self.source(tree, isReadOnly: true))
            #expect(watched.guests.count == 1 && watched.guests.first?.writer == nil)
            #expect(agent.commands.filter { $0 == "guest-get-vcpus" }.count == 1)
        }
    }

    @Test("a process that names another process's socket is left out, with the reason")
    func impostor() async throws {
        try await withTree { tree, directory, _ in
            try tree.write(
                process: 4242, arguments: arguments("evil\u{1B}[2J", agent: directory.agent))
            try tree.write(process: qemu, arguments: arguments("web1", agent: directory.agent))
            let listing = try await listing(of: source(tree))
            #expect(listing.guests.map(\.id.name) == ["web1"])
            let evil = try #require(listing.leftOut.first)
            #expect(listing.leftOut.count == 1 && evil.name == "evil�[2J")
            #expect(evil.reason.contains("4242"))
            #expect(evil.reason.contains("process \(qemu) serves it"))
            #expect(evil.help?.contains("--agent 'evil�[2J=\(directory.agent)'") == true)
        }
    }

    @Test("nothing is sent to a socket that another process serves since the scan")
    func takenOver() async throws {
        try await withTree { tree, directory, agent in
            let process = GuestProcess(
                qmp: nil, expected: ProcessIdentity(processID: 4242, startTicks: 1000),
                reader: tree.reader
            ) { .now }
            let socket = AgentSocketReader(
                place: SocketPlace(directory.agent), pathInQEMU: directory.agent, process: process,
                patienceWithQMP: .ample)
            await #expect {
                _ = try await socket.read(timeout: .ample)
            } throws: {
                ($0 as? AgentError)?.kind == .denied
            }
            try #require(await eventually { agent.ended == 1 })
            #expect(agent.commands == [])
        }
    }

    @Test("a QMP socket that another process serves is not used")
    func otherMonitor() async throws {
        try await withTree { tree, directory, _ in
            let monitor = try ScriptedServer.qmp(at: directory.qmp, status: "paused")
            for expected in [4242, qemu] {
                try tree.write(process: expected)
                let process = GuestProcess(
                    qmp: SocketPlace(directory.qmp),
                    expected: ProcessIdentity(processID: expected, startTicks: 1000),
                    reader: tree.reader
                ) { .now }
                let reason = await process.reasonForSilence(
                    ofAgentAt: directory.agent, until: .soon)
                #expect(reason?.kind == (expected == qemu ? .paused : nil))
                // Nothing is sent to it.
                #expect(monitor.commands.isEmpty == (expected != qemu))
            }
            await monitor.close()
        }
    }

    @Test("processes of libvirt, QEMU without an agent, and other programs are not listed")
    func others() async throws {
        try await withTree { tree, directory, agent in
            try tree.write(
                process: 10,
                arguments: arguments(
                    "lv", agent: directory.agent,
                    more: ["-chardev", "socket,id=charmonitor,fd=23,server=on"]))
            try tree.write(process: 11, arguments: ["/usr/bin/kvm", "-name", "bare"])
            try tree.write(
                process: 12, arguments: arguments("x", agent: directory.agent, program: "vi"))
            try tree.write(process: 13)
            try tree.write(process: 14, arguments: ["kvm", "-machine", "none"])
            try tree.write(
                process: 15,
                arguments: [
                    "kvm", "-name", "client", "-chardev", "socket,id=a,path=\(directory.agent)",
                    "-device", "virtserialport,chardev=a,name=org.qemu.guest_agent.0",
                ])
            try tree.write(process: 16, arguments: ["kvm", "-readconfig", "/etc/vm.cfg"])
            let listing = try await listing(of: source(tree))
            #expect(listing.guests.isEmpty)
            #expect(listing.note == "no QEMU process with a socket for its agent was found")
            #expect(listing.leftOut.map(\.name) == ["lv", "bare", "client", "qemu-16"])
            let reasons = listing.leftOut.map(\.reason)
            #expect(reasons[0].contains("libvirt") && reasons[1].contains("no channel"))
            #expect(reasons[2].contains(directory.agent) && reasons[2].contains("client"))
            #expect(reasons[3].contains("-readconfig"))
            #expect(listing.leftOut.allSatisfy { $0.help?.isEmpty == false })
            #expect(listing.leftOut[0].help == "vcputop -c qemu:///system")
            #expect(listing.leftOut[3].help?.contains("--agent qemu-16=PATH") == true)
            #expect(agent.connections == 0)
        }
    }

    @Test("a guest whose socket cannot be reached is listed with the error")
    func unreachable() async throws {
        try await withTree { tree, _, _ in
            try tree.write(process: 10, arguments: arguments("web1", agent: "/nonexistent/a"))
            let listing = try await listing(of: source(tree))
            let guest = try #require(listing.guests.first)
            await #expect {
                _ = try await guest.reader.read(timeout: .ample)
            } throws: {
                ($0 as? AgentError)?.kind == .disconnected
            }
        }
    }

    @Test("guests come and go with their processes; a reused process number is another guest")
    func comeAndGo() async throws {
        try await withTree { tree, directory, _ in
            var listings = source(tree).listings().makeAsyncIterator()
            // A scan can come between two files of a process, which the tree writes one by one.
            func next(_ names: [String]) async -> SourceListing? {
                while let listing = await listings.next() {
                    if listing.guests.map(\.id.name) == names { return listing }
                }
                return nil
            }
            #expect(await next([]) != nil)
            try tree.write(process: qemu, arguments: arguments("web1", agent: directory.agent))
            #expect(await next(["web1"]) != nil)
            try tree.write(
                process: qemu, start: 2000, arguments: arguments("web2", agent: directory.agent))
            #expect(await next(["web2"]) != nil)
            try tree.remove("\(qemu)")
            #expect(await next([])?.note != nil)
        }
    }

    @Test("a QEMU that restarts between two scans is the same guest in another incarnation")
    func restarts() async throws {
        try await withTree { tree, directory, agent in
            let line = arguments("web1", agent: directory.agent)
            try tree.write(process: qemu, arguments: line)
            try tree.write(thread: 30, of: qemu, name: "CPU 0/KVM", schedule: "1 1 1")
            let source = source(tree)
            var listings = source.listings().makeAsyncIterator()
            let before = try #require(await listings.next()?.guests.first)
            let earlier = try await before.reader.read(timeout: .ample)
            try tree.write(process: qemu, start: 2000, arguments: line)
            let listing = try #require(await listings.next())
            let after = try #require(listing.guests.first)
            #expect(after.id == before.id && listing.guests.count == 1)
            #expect(listing.needingRefresh == [after.id])
            let later = try await after.reader.read(timeout: .ample)
            #expect(later.incarnation != nil && later.incarnation != earlier.incarnation)
            let host = await source.readHost(timeout: .ample)[after.id]?.reading
            #expect(host?.incarnation == later.incarnation)
        }
    }

    @Test("a doubtful process is examined again at growing intervals")
    func doubtsEnd() async throws {
        try await withTree { tree, directory, agent in
            // At first another process claims the socket that this one serves.
            try tree.write(process: 4242, arguments: arguments("web1", agent: directory.agent))
            let scanner = GuestScanner(
                isReadOnly: true, reader: tree.reader, threadReader: tree.reader)
            for _ in 0..<40 {
                let found = await scanner.scan()
                #expect(found.guests.isEmpty && found.leftOut.map(\.name) == ["web1"])
            }
            // The process is examined in the scans 1, 2, 4, 8, 16 and 32.
            try #require(await eventually { agent.ended == agent.connections })
            #expect(agent.connections == 6)
            // Once the socket is gone, the guest is listed with that error.
            await agent.close()
            for _ in 0..<30 where await scanner.scan().guests.isEmpty {}
            #expect(await scanner.scan().guests.map(\.id.name) == ["web1"])
        }
    }

    @Test(
        "an impostor that was found first loses to the process that serves the socket")
    func impostorFirst() async throws {
        try await withDirectory { directory in
            let tree = try ProcessTree(in: directory.path)
            defer { try? FileManager.default.removeItem(atPath: tree.root) }
            let line = arguments("victim", agent: directory.agent)
            try tree.write(process: 42, arguments: line)
            let scanner = GuestScanner(
                isReadOnly: true, reader: tree.reader, threadReader: tree.reader)
            // No process serves the socket yet, so the impostor is listed with that error.
            let before = await scanner.scan()
            #expect(before.guests.map(\.id.name) == ["victim"])
            #expect(before.processes.values.map(\.processID) == [42])
            try tree.write(process: qemu, arguments: line)
            let agent = try ScriptedServer.agent(at: directory.agent) { _, _ in
                .line(#"{"return": [{"logical-id": 0, "online": true}]}"#)
            }
            let after = await scanner.scan()
            #expect(after.guests.count == 1)
            #expect(after.processes.values.map(\.processID) == [qemu])
            #expect(after.leftOut.map(\.name) == ["victim"])
            #expect(after.leftOut.first?.reason.hasPrefix("process 42 names") == true)
            let guest = try #require(after.guests.first)
            #expect(try await guest.reader.read(timeout: .ample).vcpus.online == [0])
            // The result is the same in all later scans, whenever the impostor is examined again.
            for _ in 0..<8 {
                #expect(await scanner.scan().processes.values.map(\.processID) == [qemu])
            }
            await agent.close()
        }
    }

    @Test("a guest keeps what it has learned when its socket is served later")
    func provenLater() async throws {
        try await withDirectory { directory in
            let tree = try ProcessTree(in: directory.path)
            defer { try? FileManager.default.removeItem(atPath: tree.root) }
            try tree.write(process: qemu, arguments: arguments("web1", agent: directory.agent))
            let scanner = GuestScanner(
                isReadOnly: true, reader: tree.reader, threadReader: tree.reader)
            let id = try #require(await scanner.scan().guests.first?.id)
            let process = try #require(await scanner.processes[id])
            let agent = try ScriptedServer.agent(at: directory.agent) { _, _ in .hangUp }
            for _ in 0..<4 { _ = await scanner.scan() }
            try #require(await eventually { agent.ended == agent.connections })
            // After the socket is confirmed, scans do not connect to it any more.
            #expect(agent.connections == 1)
            #expect(await scanner.processes[id] === process)
            await agent.close()
        }
    }

    @Test("a guest belongs to the real user of its process, and only a few users are trusted")
    func owner() async throws {
        try await withTree { tree, directory, _ in
            let line = arguments("web1", agent: directory.agent)
            let others = UserTable(
                passwd: Array(
                    "root:x:0:0:::\nlibvirt-qemu:x:64055:1:::\neve:x:4711:1:::\nbad\n".utf8),
                ownUser: 1000)
            #expect(others.owner(0).isTrusted && others.owner(1000).isTrusted)
            #expect(others.owner(64055).isTrusted && others.owner(64055).text == "libvirt-qemu")
            #expect(!others.owner(4711).isTrusted && others.owner(4711).text == "eve")
            #expect(!others.owner(4712).isTrusted && others.owner(4712).name == nil)
            // A program that changes its user belongs to the user that started it.
            for (users, uid) in [("0\t0\t0\t0", 0), ("4711\t0\t0\t0", 4711)] {
                try tree.write(process: qemu, start: UInt64(uid) + 1, arguments: line)
                try tree.write(users: users, of: qemu)
                let guest = try #require(try await listing(of: source(tree)).guests.first)
                #expect(guest.owner?.uid == UInt32(uid) && guest.owner?.isTrusted == (uid == 0))
            }
        }
    }

    @Test("a socket in a container is found through links, whatever the length of its path")
    func container() async throws {
        try await withTree { tree, directory, _ in
            let name = String(repeating: "n", count: 90) + ".sock"
            let folder = try tree.makeFolder("\(qemu)/root/run")
            try tree.link("\(qemu)/root/var/run", to: "/run")
            try tree.link("\(qemu)/root/run/agent.sock", to: "/run/\(name)")
            // The path is too long for a socket address, so the socket is created elsewhere and
            // moved.
            #expect("\(folder)/\(name)".utf8.count > 107)
            let agent = try ScriptedServer.agent(at: directory.path(of: "short")) { command, _ in
                .line(
                    command == "guest-get-vcpus"
                        ? #"{"return": [{"logical-id": 5, "online": true}]}"#
                        : #"{"error": {"class": "CommandNotFound", "desc": "?"}}"#)
            }
            try FileManager.default.moveItem(
                atPath: directory.path(of: "short"), toPath: "\(folder)/\(name)")
            try tree.link("self/ns/mnt", to: "mnt:[1]")
            try tree.link("\(qemu)/ns/mnt", to: "mnt:[2]")
            for path in ["/var/run/\(name)", "/run/agent.sock", "/../run/\(name)"] {
                try tree.write(process: qemu, arguments: arguments("web1", agent: path))
                let guest = try #require(try await listing(of: source(tree)).guests.first)
                #expect(guest.id.source == .agentSocket(path: "\(tree.root)/\(qemu)/root\(path)"))
                #expect(try await guest.reader.read(timeout: .ample).vcpus.vcpus == [5])
            }
            await agent.close()
        }
    }

    @Test(
        "a relative path is looked up in QEMU's working folder and in the one where it was started")
    func relative() async throws {
        try await withTree { tree, directory, _ in
            try tree.write(process: qemu, arguments: arguments("web1", agent: "agent.sock"))
            // The folders are not known, as they are for another user's process.
            let unknown = try await listing(of: source(tree))
            #expect(unknown.guests.isEmpty)
            let left = try #require(unknown.leftOut.first)
            #expect(left.name == "web1" && left.reason.contains("'agent.sock'"))
            #expect(left.help == "vcputop --agent web1=/FOLDER/agent.sock")
            // A daemon runs in /, but its environment names the folder where it was started.
            try tree.link("\(qemu)/cwd", to: "/")
            #expect(try await listing(of: source(tree)).leftOut.map(\.name) == ["web1"])
            try tree.write(startFolder: directory.path, of: qemu)
            let daemon = try #require(try await listing(of: source(tree)).guests.first)
            #expect(daemon.id.source == .agentSocket(path: directory.agent))
            _ = try await daemon.reader.read(timeout: .ample)
            try tree.remove("\(qemu)/environ")
            try tree.remove("\(qemu)/cwd")
            try tree.link("\(qemu)/cwd", to: directory.path)
            #expect(try await listing(of: source(tree)).guests.map(\.id) == [daemon.id])
        }
    }

    @Test("hanging processes of one user hide no guest of another user, and are bounded")
    func manyHung() async throws {
        try await withTree { tree, directory, _ in
            var hung: [String] = []
            defer { for file in hung { close(open(file, O_WRONLY | O_NONBLOCK)) } }
            for process: Int32 in 1...40 {
                hung.append(try tree.write(hungProcess: process))
                try tree.write(users: "4711\t4711\t4711\t4711", of: process)
            }
            try tree.write(process: qemu, arguments: arguments("web1", agent: directory.agent))
            try tree.write(users: "0\t0\t0\t0", of: qemu)
            let memory = ProcessMemory(root: tree.root, patience: .milliseconds(200))
            let reader = ProcessReader(root: tree.root, memory: memory)
            let scanner = GuestScanner(isReadOnly: true, reader: reader, threadReader: reader)
            let found = await scanner.scan()
            #expect(found.guests.map(\.id.name) == ["web1"])
            let again = await scanner.scan()
            #expect(again.guests.map(\.id.name) == ["web1"])
            #expect(again.note?.contains("there may be more guests") == true)
        }
    }

    @Test("a program that becomes QEMU is found, although an earlier scan read it")
    func becomesQEMU() async throws {
        try await withTree { tree, directory, _ in
            try tree.write(process: qemu, arguments: ["/bin/sh", "start-guest"])
            var listings = source(tree).listings().makeAsyncIterator()
            #expect(await listings.next()?.guests.isEmpty == true)
            try tree.write(process: qemu, arguments: arguments("web1", agent: directory.agent))
            #expect(await listings.next()?.guests.map(\.id.name) == ["web1"])
        }
    }

    @Test("processes whose command lines cannot be read are left out, and hide no guest")
    func hung() async throws {
        try await withTree { tree, directory, _ in
            let hung = try tree.write(hungProcess: 1)
            defer { close(open(hung, O_WRONLY | O_NONBLOCK)) }
            try tree.write(
                process: qemu,
                arguments: arguments("web1", agent: directory.agent, more: ["-smp", "1,maxcpus=4"]))
            try tree.write(thread: 30, of: qemu, name: "CPU 0/KVM")
            let source = source(tree)
            let listing = try await listing(of: source)
            let guest = try #require(listing.guests.first)
            #expect(guest.id.name == "web1")
            #expect(listing.leftOut.map(\.name) == ["process 1"])

            // A process that hangs after it was found delays no other guest.
            try tree.remove("\(qemu)/cmdline")
            let late = try tree.write(hungProcess: qemu)
            defer { close(open(late, O_WRONLY | O_NONBLOCK)) }
            #expect(await source.readHost(timeout: .ample)[guest.id]?.reading?.maximum == 4)
        }
    }

    @Test("a command line of any size and content is bounded")
    func bounds() async throws {
        try await withTree { tree, directory, _ in
            try tree.write(
                process: 10,
                arguments: arguments(
                    "huge", agent: directory.agent,
                    more: [String(repeating: "x", count: 300_000)]))
            try tree.write(
                process: 11,
                arguments: [
                    "kvm", "-device", String(repeating: "[", count: 100_000), "-chardev",
                    String(repeating: ",", count: 50_000) + "=", "-chardev",
                    "{" + String(repeating: #""a":{"#, count: 10_000), "-name", "",
                ])
            let listing = try await listing(of: source(tree))
            #expect(listing.guests.isEmpty)
            #expect(listing.leftOut.map(\.name) == ["qemu-11"])
        }
    }
}
