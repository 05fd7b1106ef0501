import LabSupport
import TerminalEmulator
import Testing

/// The demo in a terminal.
@Suite("The demo at a terminal")
actor DemoTerminalTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    @Test("the first screen shows the conditions of its guests, and the story of the one below")
    func conditions() throws {
        let emulator = try Emulator(Program.path, ["demo"], columns: 160, rows: 50)
        for (name, sign) in [
            ("contradicted", "yet busy"), ("hotplug-web", "2 plugged"), ("paused-test", "paused"),
        ] {
            try emulator.wait("\(name): \(sign)", seconds: 60) {
                $0.lines.contains { $0.contains(name) && $0.contains(sign) }
            }
        }
        emulator.send("/idle-giant\r")
        try emulator.wait("the story") {
            $0.lines.contains { $0.contains("hardly one of its 32 vCPUs is needed") }
        }
        emulator.send("q")
        #expect(try emulator.waitForEnd() == 0)
    }

    @Test("`demo --read-only` says so in its header, and marks nothing")
    func readOnly() throws {
        let emulator = try Emulator(Program.path, ["demo", "--read-only", "--guests", "2"])
        try emulator.wait("the guest") { $0.lines.contains { $0.contains("8/8") } }
        #expect(emulator.line(0).contains(" RO "))
        for key in ["l ", "l-", "c"] {
            emulator.send(key)
            try emulator.wait("the reason for \(key)") {
                $0.line($0.rows - 2).contains("read-only")
            }
        }
        let text = emulator.lines.joined(separator: "\n")
        #expect(!text.contains("marked") && !text.contains("REVIEW"), "\(text)")
        emulator.send("q")
        #expect(try emulator.waitForEnd() == 0)
    }
}
