import Foundation
import GuestVCPU
import Synchronization
import Testing
import UnixSockets

@testable import QEMUHost

@Suite("Guests that are found by their processes", .timeLimit(.minutes(5)))
struct DiscoveredGuestsTests {
    /// The tests' sockets are served by this process, so it plays QEMU in the trees.
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

    @Test("a process that serves the socket which its command line names is a guest")
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
                    == GuestID(source: "agent:\(directory.agent)", name: "web1", uuid: uuid))
            // The host's side needs no answer of the agent.
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

    @Test("a process that names another's socket is left out, and the reason said")
    func impostor() async throws {
        try await withTree { tree, directory, _ in
            try tree.write(
                process: 4242, arguments: arguments("evil\u{1B}[2J", agent: directory.agent))
            try tree.write(process: qemu, arguments: arguments("web1", agent: directory.agent))
            let listing = try await listing(of: source(tree))
            #expect(listing.guests.map(\.id.name) == ["web1"])
            let note = try #require(listing.note)
            #expect(note.contains("4242") && note.contains("served by process \(qemu)"))
            #expect(!note.unicodeScalars.contains { $0.value < 0x20 })
        }
    }

    @Test("a socket that another process has taken over since is not spoken to")
    func takenOver() async throws {
        try await withTree { tree, directory, agent in
            let process = GuestProcess(
                qmpPath: nil, expected: ProcessIdentity(processID: 4242, startTicks: 1000),
                reader: tree.reader
            ) { .now }
            let socket = AgentSocket(
                path: directory.agent, process: process, patienceWithQMP: .ample)
            await #expect {
                _ = try await socket.read(timeout: .ample)
            } throws: {
                ($0 as? AgentError)?.kind == .denied
            }
            try await eventually { agent.ended == 1 }
            #expect(agent.commands == [])
        }
    }

    @Test("a QMP socket that another process serves tells nothing")
    func otherMonitor() async throws {
        try await withTree { tree, directory, _ in
            let monitor = try ScriptedServer.qmp(at: directory.qmp, status: "paused")
            for expected in [4242, qemu] {
                try tree.write(process: expected)
                let process = GuestProcess(
                    qmpPath: directory.qmp,
                    expected: ProcessIdentity(processID: expected, startTicks: 1000),
                    reader: tree.reader
                ) { .now }
                let reason = await process.reasonForSilence(
                    ofAgentAt: directory.agent, until: .soon)
                #expect(reason?.kind == (expected == qemu ? .paused : nil))
                // It is not even spoken to.
                #expect(monitor.commands.isEmpty == (expected != qemu))
            }
            await monitor.close()
        }
    }

    @Test("what belongs to libvirt, has no agent, or is no QEMU is left alone")
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
            let listing = try await listing(of: source(tree))
            #expect(listing.guests.isEmpty)
            #expect(
                listing.note
                    == "no QEMU process with a socket for its agent was found; "
                    + "left to libvirt: 1; without such a socket: 1")
            #expect(agent.connections == 0)
        }
    }

    @Test("a socket that cannot be reached is a guest whose agent says so")
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

    @Test("guests come and go with their processes; a number that is another's is another guest")
    func comeAndGo() async throws {
        try await withTree { tree, directory, _ in
            var listings = source(tree).listings().makeAsyncIterator()
            #expect(await listings.next()?.guests.isEmpty == true)
            try tree.write(process: qemu, arguments: arguments("web1", agent: directory.agent))
            #expect(await listings.next()?.guests.map(\.id.name) == ["web1"])
            try tree.write(
                process: qemu, start: 2000, arguments: arguments("web2", agent: directory.agent))
            #expect(await listings.next()?.guests.map(\.id.name) == ["web2"])
            try tree.remove("\(qemu)")
            let last = await listings.next()
            #expect(last?.guests.isEmpty == true && last?.note != nil)
        }
    }

    @Test("a program that becomes QEMU is found, though it was looked at before")
    func becomesQEMU() async throws {
        try await withTree { tree, directory, _ in
            try tree.write(process: qemu, arguments: ["/bin/sh", "start-guest"])
            var listings = source(tree).listings().makeAsyncIterator()
            #expect(await listings.next()?.guests.isEmpty == true)
            try tree.write(process: qemu, arguments: arguments("web1", agent: directory.agent))
            #expect(await listings.next()?.guests.map(\.id.name) == ["web1"])
        }
    }

    @Test("processes that keep who looks at them waiting are left out, and hide no guest")
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
            #expect(listing.note?.hasSuffix("looked at: processes 1") == true)

            // One that lets itself be found and keeps waiting afterwards holds up nobody either.
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
            #expect(listing.note?.contains("without such a socket: 1") == true)
        }
    }
}
