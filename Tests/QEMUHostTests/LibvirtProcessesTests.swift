import Foundation
import GuestVCPU
import Testing
import UnixSockets

@testable import QEMUHost

@Suite("Threads of this host's libvirt guests")
struct LibvirtProcessesTests {
    /// libvirt's guests, which it reports without threads.
    private struct Domains: GuestSource {
        let id = SourceID.libvirt(uri: "qemu:///system")
        let names: [String]
        var isRestored: Bool?

        func listings() -> AsyncStream<SourceListing> { AsyncStream { $0.finish() } }

        func readHost(timeout: Duration) async -> [GuestID: HostObservation] {
            let reading = HostReading(
                vcpus: [0, 3].map {
                    HostVCPU(
                        index: HostIndex($0), timeNanoseconds: 50, waitNanoseconds: 7,
                        plugOrder: $0 + 1)
                },
                current: 2, maximum: 4, readAt: .now, incarnation: 9, isPlugOrderWatched: true,
                isRestored: isRestored)
            var observations: [GuestID: HostObservation] = [:]
            for guest in names {
                observations[GuestID(source: id, name: guest)] = HostObservation(
                    state: .running, reading: reading)
            }
            return observations
        }
    }

    private func vcpus(_ source: ThreadAwareSource, of guest: String) async throws -> [HostVCPU] {
        let observations = await source.readHost(timeout: .ample)
        let found = observations.first { $0.key.name == guest }
        return try #require(found?.value.reading).vcpus
    }

    private func withGuest(
        pidFile: String, isRestored: Bool? = nil, patience: Duration = .seconds(2),
        _ body: (ThreadAwareSource, ProcessTree) async throws -> Void
    ) async throws {
        try await withDirectory { directory in
            let tree = try ProcessTree(in: directory.path)
            defer { try? FileManager.default.removeItem(atPath: directory.path) }
            try tree.write(process: 70)
            try tree.write(
                thread: 71, of: 70, name: "CPU 0/KVM", physicalCPU: 5, schedule: "123456789 42 9")
            try tree.write(
                thread: 74, of: 70, name: "CPU 3/KVM", physicalCPU: 6, schedule: nil)
            try pidFile.write(
                toFile: "\(directory.path)/web1.pid", atomically: true, encoding: .utf8)
            let reader = ProcessReader(
                root: tree.root, memory: ProcessMemory(root: tree.root, patience: patience))
            let processes = LibvirtProcesses(folder: directory.path, reader: reader)
            try await body(
                ThreadAwareSource(
                    Domains(names: ["web1", "../web1", ""], isRestored: isRestored),
                    processes: processes), tree)
        }
    }

    @Test("thread, times and physical CPU come from the system, everything else from libvirt")
    func completed() async throws {
        try await withGuest(pidFile: "70\n") { source, _ in
            let vcpus = try await vcpus(source, of: "web1")
            #expect(vcpus.map(\.thread) == [71, 74])
            #expect(vcpus.map(\.threadStart) == [1000, 1000])
            #expect(vcpus.map(\.physicalCPU) == [5, 6])
            // The second thread has no schedstat: its ticks count, and libvirt's wait.
            #expect(vcpus.map(\.timeNanoseconds) == [123_456_789, 0])
            #expect(vcpus.map(\.waitNanoseconds) == [42, 7])
            #expect(vcpus.map(\.plugOrder) == [1, 4])
            // A name that contains a slash leads to no file.
            let outside = try await self.vcpus(source, of: "../web1")
            #expect(outside.map(\.thread) == [nil, nil])
            #expect(outside.map(\.timeNanoseconds) == [50, 50])
            let nameless = try await self.vcpus(source, of: "")
            #expect(nameless.map(\.thread) == [nil, nil])
        }
    }

    @Test("a reused thread number is another thread")
    func reusedThread() async throws {
        try await withGuest(pidFile: "70") { source, tree in
            let before = try await vcpus(source, of: "web1")
            try tree.write(thread: 74, of: 70, name: "CPU 3/KVM", start: 2000, physicalCPU: 6)
            let after = try await vcpus(source, of: "web1")
            #expect(before.map(\.thread) == after.map(\.thread))
            #expect(before[0].threadStart == after[0].threadStart)
            #expect(before[1].threadStart != after[1].threadStart)
        }
    }

    @Test(
        "where libvirt does not tell whether a guest was restored, its command line does",
        arguments: [
            (nil, "-incoming defer", true), (nil, "-loadvm now", true),
            (nil, "-name incoming", false),
            (nil, "", false), (false, "-incoming defer", false), (true, "", true),
        ] as [(Bool?, String, Bool)])
    func restored(told: Bool?, options: String, isRestored: Bool) async throws {
        try await withGuest(pidFile: "70", isRestored: told) { source, tree in
            try tree.write(
                process: 70,
                arguments: ["/usr/bin/qemu-system-x86_64"]
                    + options.split(separator: " ").map(String.init))
            for _ in 1...2 {
                let observations = await source.readHost(timeout: .ample)
                let reading = observations.first { $0.key.name == "web1" }?.value.reading
                #expect(reading?.isRestored == isRestored)
                let other = observations.first { $0.key.name == "" }?.value.reading
                #expect(other?.isRestored == told)
            }
        }
    }

    @Test("a command line that cannot be read delays nothing else")
    func hungCommandLine() async throws {
        try await withGuest(pidFile: "70") { source, tree in
            let file = try tree.write(hungProcess: 70)
            // Its readers continue when the file is opened for writing.
            defer { close(open(file, O_WRONLY | O_NONBLOCK)) }
            for _ in 1...3 {
                let reading = await source.readHost(timeout: .ample).first {
                    $0.key.name == "web1"
                }?.value.reading
                #expect(reading?.vcpus.map(\.thread) == [71, 74])
                #expect(reading?.isRestored == .some(nil))
            }
        }
    }

    @Test("a command line that was not read in time is read again later")
    func lateCommandLine() async throws {
        try await withGuest(pidFile: "70", patience: .milliseconds(20)) { source, tree in
            func isRestored() async -> Bool? {
                await source.readHost(timeout: .ample).first { $0.key.name == "web1" }?.value
                    .reading?.isRestored
            }
            let file = try tree.write(hungProcess: 70)
            #expect(await isRestored() == nil)
            // The first read has missed its deadline; it continues when the file is opened.
            close(open(file, O_WRONLY | O_NONBLOCK))
            try FileManager.default.removeItem(atPath: file)
            try tree.write(
                process: 70, arguments: ["/usr/bin/qemu-system-x86_64", "-incoming", "defer"])
            var answer = await isRestored()
            let end = ContinuousClock.now + .ample
            while answer == nil, .now < end {
                try await Task.sleep(for: .milliseconds(20))
                answer = await isRestored()
            }
            #expect(answer == true)
        }
    }

    @Test("nothing else of the reading changes")
    func unchanged() async throws {
        try await withGuest(pidFile: "70") { source, _ in
            let before = try #require(
                await Domains(names: ["web1"]).readHost(timeout: .ample).first?.value.reading)
            let after = try #require(
                await source.readHost(timeout: .ample).first { $0.key.name == "web1" }?.value
                    .reading)
            #expect(differences(before, after) == ["vcpus", "readAt"])
            let added = [
                "timeNanoseconds", "waitNanoseconds", "thread", "threadStart", "physicalCPU",
                "affinity", "state",
            ]
            for (before, after) in zip(before.vcpus, after.vcpus) {
                #expect(Set(differences(before, after)).isSubset(of: added))
            }
            #expect(after.readAt > before.readAt)
        }
    }

    /// The members that differ, also of members that are added to the type later.
    private func differences(_ one: Any, _ other: Any) -> [String] {
        zip(Mirror(reflecting: one).children, Mirror(reflecting: other).children).compactMap {
            String(describing: $0.value) == String(describing: $1.value) ? nil : $0.label
        }
    }

    @Test(
        "a PID file without a valid number adds nothing",
        arguments: ["", "x", "-5", "0", "99999999999"])
    func garbage(_ text: String) async throws {
        try await withGuest(pidFile: text) { source, _ in
            let threads1 = try await vcpus(source, of: "web1").map(\.thread)
            #expect(threads1 == [nil, nil])
        }
    }

    @Test(
        "after a process has ended its file is read again, and a reused number is another process")
    func ended() async throws {
        try await withGuest(pidFile: "70") { source, tree in
            let threads2 = try await vcpus(source, of: "web1").map(\.thread)
            #expect(threads2 == [71, 74])
            try tree.write(process: 70, start: 2000)
            let threads3 = try await vcpus(source, of: "web1").map(\.thread)
            #expect(threads3 == [nil, nil])
            // The file still names process 70, so that is the guest's process.
            let threads4 = try await vcpus(source, of: "web1").map(\.thread)
            #expect(threads4 == [71, 74])
        }
    }
}
