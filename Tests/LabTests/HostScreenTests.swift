import Foundation
import LabSupport
import Testing

/// The host's CPUs in a real terminal, with threads that are really pinned.
@Suite(.serialized) actor HostScreenTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    @Test(
        "H shows this machine's CPUs, and follows what taskset does to a guest's threads",
        .enabled(if: ProcessInfo.processInfo.activeProcessorCount > 1))
    func pinned() throws {
        let name = "pin-\(UUID().uuidString.prefix(4))"
        let path = "/tmp/\(name).sock"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var traits = StandIn.Traits(agent: path)
        // Threads that never run would stay where they ran last.
        traits.load = [5, 5]
        let guest = try StandIn(StandIn.arguments(named: name, agent: path), traits)
        defer { try? guest.stop() }
        func pin(_ list: String) throws {
            let command = ["taskset", "-a", "-c", "-p", list, "\(guest.pid)"]
            let done = try Child(command).finish(within: .seconds(20))
            try #require(done.status == 0, "\(done)")
        }
        try pin("1")
        let list = try Program.run(["list", "--agent", "\(name)=\(path)"], within: .seconds(120))
        let table = list.output.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(table.first?.suffix(2) == ["PINNED", "SOURCE"], "\(list)")
        #expect(table.last?.dropLast().last == "1", "\(list)")
        let dashboard = try DashboardInTerminal(
            ["--agent", "\(name)=\(path)"], showing: "host CPUs busy", columns: 130)
        defer { try? dashboard.terminal.stop() }
        let count = ProcessInfo.processInfo.activeProcessorCount
        try dashboard.terminal.waitFor("of \(count) host CPUs busy")
        try dashboard.waitFor("ok", inRowOf: name)

        // What runs on host CPU 1: two keys.
        try dashboard.press("H", "1")
        let both = "\(name)/0 \(name)/1"
        let screen = try dashboard.terminal.waitFor("both vCPUs on CPU 1, and pinned there") {
            $0.contains { row in
                row.hasPrefix(">   1 ") && row.components(separatedBy: both).count == 3
            }
        }
        #expect(!screen.contains { $0.hasPrefix("    0 ") && $0.contains(name) })
        try dashboard.press("Enter")
        try dashboard.terminal.waitFor("the CPU of each vCPU, and that it is pinned there") {
            $0.contains { $0.contains("PINNED") } && $0.count { $0.contains(" 1 1 ") } == 2
        }
        try dashboard.press("Escape")
        try dashboard.terminal.waitFor("PINNED HERE")

        // The next look at the threads comes within some ten seconds.
        try pin("0-\(count - 1)")
        try dashboard.terminal.waitFor("nothing pinned any more", within: .seconds(40)) {
            !$0.contains { $0.contains("PINNED HERE") } && $0.contains { $0.contains(name) }
        }
    }
}

extension LibvirtTests {
    /// The CPUs of a host of which only libvirt tells, as of a remote one.
    @Suite(.serialized) actor HostCPUTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test(
            "libvirt tells how busy a host is, and to which of its CPUs virsh pins a vCPU",
            .enabled(if: ProcessInfo.processInfo.activeProcessorCount > 1))
        func pinned() throws {
            let lab = try LibvirtLab.shared()
            let count = ProcessInfo.processInfo.activeProcessorCount
            try lab.daemon.virsh.run("vcpupin", "web", "1", "0", "--live")
            defer {
                _ = try? lab.daemon.virsh.run(
                    "vcpupin", "web", "1", "0-\(count - 1)", "--live")
            }
            let dashboard = try DashboardInTerminal(
                ["-c", lab.daemon.uri], showing: "of \(count) host CPUs busy", columns: 130)
            defer { try? dashboard.terminal.stop() }
            try dashboard.press("H", "0")
            try dashboard.terminal.waitFor("vCPU 1 of web, pinned to CPU 0") {
                $0.contains { $0.hasPrefix(">   0 ") && $0.contains("web/1") }
            }
            // Nothing else is pinned, and libvirt does not say where vCPUs ran.
            #expect(
                try !dashboard.terminal.screen().contains {
                    $0.hasPrefix("    1 ") && $0.contains("web")
                })
            try lab.daemon.virsh.run("vcpupin", "web", "1", "1", "--live")
            try dashboard.press("1")
            try dashboard.terminal.waitFor("the new pin", within: .seconds(60)) {
                $0.contains { $0.hasPrefix(">   1 ") && $0.contains("web/1") }
            }
        }
    }
}
