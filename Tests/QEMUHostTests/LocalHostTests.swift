import Foundation
import GuestVCPU
import TestSupport
import Testing

@testable import QEMUHost

@Suite("the CPUs of this machine")
struct LocalHostTests {
    /// A tree with the files that are read.
    private struct Tree {
        let root: String
        var host: LocalHost {
            LocalHost(
                statistics: "\(root)/stat", folder: root, reader: ProcessReader(root: root))
        }

        func write(_ text: String, to path: String) throws {
            let path = "\(root)/\(path)"
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
    }

    private func withTree(_ body: (Tree) async throws -> Void) async throws {
        let root = "\(NSTemporaryDirectory())host-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        try await body(Tree(root: root))
    }

    private static let statistics = """
        cpu  40 8 12 400 40 2 2 6 20 8
        cpu0 10 2 3 100 10 1 1 2 5 2
        cpu5 30 6 9 300 30 1 1 4 15 6
        intr 90724728 0 0 0
        ctxt 362407873
        cpu7 1 1 1 1 1 1 1 1 1 1

        """

    @Test("CPUs, their NUMA nodes and their times are read")
    func whole() async throws {
        try await withTree { tree in
            try tree.write(Self.statistics, to: "stat")
            try tree.write("0-1,5\n", to: "cpu/present")
            try tree.write("0,3\n", to: "node/has_cpu")
            try tree.write("0-1\n", to: "node/node0/cpulist")
            try tree.write("5\n", to: "node/node3/cpulist")
            let reading = try #require(await tree.host.read())
            #expect(
                reading.cpus == [
                    .init(id: 0, node: 0, times: CPUTimes(busy: 19, idle: 110)),
                    .init(id: 1, node: 0, isOnline: false),
                    .init(id: 5, node: 3, times: CPUTimes(busy: 51, idle: 330)),
                ])
        }
    }

    @Test("a machine without NUMA and without sysfs has CPUs without a node")
    func poor() async throws {
        try await withTree { tree in
            try tree.write(Self.statistics, to: "stat")
            let reading = try #require(await tree.host.read())
            #expect(reading.cpus.map(\.id) == [0, 5])
            #expect(reading.cpus.allSatisfy { $0.node == nil && $0.isOnline })
        }
    }

    @Test("a CPU that goes offline stays listed, on its node")
    func offline() async throws {
        try await withTree { tree in
            try tree.write("cpu0 1 1 1 1\ncpu1 1 1 1 1\n", to: "stat")
            try tree.write("0-1\n", to: "cpu/present")
            try tree.write("0\n", to: "node/has_cpu")
            try tree.write("0-1\n", to: "node/node0/cpulist")
            let host = tree.host
            _ = await host.read()
            try tree.write("cpu0 2 2 2 2\n", to: "stat")
            try tree.write("0\n", to: "node/node0/cpulist")
            let reading = try #require(await host.read())
            #expect(
                reading.cpus == [
                    .init(id: 0, node: 0, times: CPUTimes(busy: 6, idle: 2)),
                    .init(id: 1, node: 0, isOnline: false),
                ])
        }
    }

    @Test(
        "what is no line of a CPU is left out",
        arguments: [
            "", "cpu", "cpu0", "cpu0 1 2 3", "cpux 1 2 3 4\n", "cpu-1 1 2 3 4\n",
            "cpu8192 1 2 3 4\n", "cpu0 1 2 3 x\n", "cpu99999999999999999999 1 2 3 4\n",
            "cpu0 18446744073709551615 1 1 1\n", "cpu0 1 2 3 4", "intr 1\ncpu0 1 2 3 4\n", "\n",
            "cpu 1 2 3 4\n", "cpu0x 1 2 3 4\n", "cpu0 1 2 3 18446744073709551616\n",
        ])
    func wrong(text: String) async throws {
        #expect(ProcessorTimes(parsing: Array(text.utf8)).cpus.isEmpty)
        try await withTree { tree in
            try tree.write(text, to: "stat")
            #expect(await tree.host.read() == nil)
        }
    }

    @Test("a file that is cut off anywhere says nothing wrong")
    func cut() {
        let bytes = Array(Self.statistics.utf8)
        let whole = ProcessorTimes(parsing: bytes).cpus
        #expect(whole.count == 2)
        for length in 0..<bytes.count {
            for (id, times) in ProcessorTimes(parsing: Array(bytes.prefix(length))).cpus {
                #expect(whole[id] == times)
            }
        }
    }

    @Test("this machine's own files are read")
    func system() async throws {
        let reading = try #require(await LocalHost.system.read())
        let online = reading.cpus.filter(\.isOnline)
        #expect(online.count == ProcessInfo.processInfo.activeProcessorCount)
        #expect(online.allSatisfy { ($0.times?.idle ?? 0) > 0 })
    }
}

@Suite("where threads may run")
struct ThreadAffinityTests {
    @Test("the kernel's mask is read, whatever words are set")
    func masks() {
        var words = [UInt](repeating: 0, count: 128)
        words[0] = 1 << 63 | 1
        words[127] = 1 << 63
        let set = words.withUnsafeBytes { PhysicalCPUSet(mask: $0) }
        #expect(set.ids == [0, 63, 8191])
        #expect(PhysicalCPUSet(mask: UnsafeRawBufferPointer(start: nil, count: 0)).isEmpty)
    }

    @Test("a thread that is pinned is seen to be, and one that does not exist is not")
    func system() async throws {
        let own = try #require(ThreadAffinity.system.read(0))
        let last = try #require(own.max)
        let child = Process()
        child.executableURL = URL(filePath: "/usr/bin/taskset")
        child.arguments = ["-c", "\(last)", "sleep", "60"]
        try child.run()
        defer { child.terminate() }
        let threadID = child.processIdentifier
        #expect(await eventually { ThreadAffinity.system.read(threadID)?.ids == [last] })
        #expect(ThreadAffinity.system.read(.max) == nil)
    }
}
