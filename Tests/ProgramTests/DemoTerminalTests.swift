import LabSupport
import TerminalEmulator
import Testing

/// The demo in a terminal.
@Suite("The demo at a terminal")
actor DemoTerminalTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

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
