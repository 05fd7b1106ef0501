import Foundation
import Glibc
import LabSupport
import Testing

/// A guest that is not asked, since guests that hang hold the lines that we allow ourselves.
///
/// The agents are stopped, and another run waits for each of them. A guest that is asked elsewhere
/// is left alone for half a minute; two guests that have not answered yet are tried at a time, so the
/// third one is not asked.
@Suite(.guestMayHang, .timeLimit(.minutes(5))) actor DoctorWaitingTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    @Test("a guest that waits for others that hang is diagnosed so, with what ends the hanging")
    func waiting() throws {
        let daemon = try LibvirtDaemon()
        defer { try? daemon.stop() }
        let guests = try ["one", "two", "three"].map {
            try LibvirtGuest($0, of: daemon, processors: 1, memory: 96)
        }
        for guest in guests { try guest.start() }
        // libvirt syncs with an agent once, and waits for it for ever from then on.
        for guest in guests { try guest.waitForBoot() }
        for guest in guests { try guest.run("killall -STOP qemu-ga") }
        let runtime = "\(daemon.folder)/runtime"
        try FileManager.default.createDirectory(
            atPath: runtime, withIntermediateDirectories: false)
        let environment = ["XDG_RUNTIME_DIR": runtime]
        let others = try guests.map { guest in
            try Program.start(
                ["list", guest.name, "-c", daemon.uri, "--timeout", "300"],
                environment: environment)
        }
        defer { for other in others { try? other.signal(SIGKILL) } }
        try wait(for: "each guest to be asked", within: .seconds(60)) {
            try locks(of: "\(runtime)/vcputop/claims") == guests.count
        }

        let dashboard = try DashboardInTerminal(
            ["--read-only", "--timeout", "1", "-c", daemon.uri], showing: " waiting", columns: 120,
            rows: 40, environment: environment)
        defer { try? dashboard.terminal.stop() }
        // The rows are in the order of the names, and the cursor is in the first one.
        let names = guests.map(\.name).sorted()
        let place = try #require(
            try dashboard.terminal.screen().firstIndex { row in
                names.contains { row.dropFirst().hasPrefix("\($0) ") && row.contains(" waiting ") }
            })
        let first = try #require(
            try dashboard.terminal.screen().firstIndex { $0.hasPrefix(">\(names[0]) ") })
        for _ in 0..<(place - first) { try dashboard.press("j") }
        try dashboard.press("D")
        let expected = [
            "FAIL at holder: not asked: hung guests of the same host hold every line",
            "vcputop list --filter agent=unresponsive", "guest-agent-timeout ",
            "not checked: channel, permission, agent, ",
        ]
        try dashboard.terminal.waitFor("\(expected)", within: .seconds(60)) { screen in
            expected.allSatisfy { text in screen.contains { $0.contains(text) } }
        }
    }

    /// How many locks are held on a file.
    private func locks(of path: String) throws -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { return 0 }
        return try String(contentsOfFile: "/proc/locks", encoding: .utf8)
            .split(separator: "\n").count { $0.contains(":\(status.st_ino) ") }
    }
}
