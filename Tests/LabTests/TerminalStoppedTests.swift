import Glibc
import LabSupport
import TerminalEmulator
import Testing

/// A terminal that takes nothing: Ctrl-S was pressed, or the other end is not read.
@Suite actor TerminalStoppedTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// How a terminal stops taking what is written.
    enum Stop: CaseIterable {
        case controlS
        /// It takes what the kernel keeps for it, and then no more.
        case unread
    }

    private func stop(_ emulator: Emulator, _ how: Stop) throws {
        switch how {
        case .controlS: emulator.send("\u{13}")
        case .unread:
            var before = 0
            try wait(for: "keys to be left unread", within: .seconds(60)) {
                // Each draws the whole screen again; nothing reads it.
                if emulator.unreadKeys == 0 {
                    emulator.send(String(repeating: "\u{0C}", count: 300))
                }
                usleep(300_000)
                defer { before = emulator.unreadKeys }
                return before > 0 && emulator.unreadKeys == before
            }
        }
    }

    /// Types a key until the screen shows a text; again after some seconds, as a user does.
    private func type(_ key: String, to emulator: Emulator, until text: String) throws {
        for attempt in 1... {
            emulator.send(key)
            do {
                try emulator.wait("“\(text)”", seconds: 5) {
                    $0.lines.contains { $0.contains(text) }
                }
                return
            } catch  where attempt < 6 {
                continue
            }
        }
    }

    @Test("a change under way is finished, and a signal ends the program", arguments: Stop.allCases)
    func commit(_ how: Stop) throws {
        let agent = try StagedAgent([0: .fixed, 1: .online, 2: .online])
        defer { try? agent.stop() }
        let relay = try Relay(in: agent.folder, to: agent.socket) { try agent.stall() }
        let emulator = try Emulator(Program.path, ["--agent", "web=\(relay.socket)"])
        try emulator.wait("the guest") { $0.lines.contains { $0.contains("3/3") } }
        emulator.send("\u{1B}OC c")
        try emulator.wait("the review") { $0.lines.contains { $0.contains("offline 1") } }
        emulator.send("y")
        try wait(for: "the set to be sent") { relay.sets.count == 1 }

        try stop(emulator, how)
        try agent.resume()
        try wait(for: "the guest to have done it") { try agent.onlineFiles() == [2] }
        emulator.signal(SIGTERM)
        #expect(try emulator.waitForEndUnread() == 128 + SIGTERM)
        #expect(emulator.isForLines)
        #expect(try agent.onlineFiles() == [2])
    }

    @Test("what is typed at a screen that does not show it sends nothing")
    func blind() throws {
        let agent = try StagedAgent([0: .fixed, 1: .online, 2: .online])
        defer { try? agent.stop() }
        let relay = try Relay(in: agent.folder, to: agent.socket)
        let emulator = try Emulator(Program.path, ["--agent", "web=\(relay.socket)"])
        try emulator.wait("the guest") { $0.lines.contains { $0.contains("3/3") } }
        // The review is open but cannot be seen, and the user goes on typing.
        emulator.send("\u{13}")
        emulator.send("\u{1B}OC c")
        try wait(for: "the keys to be read") { emulator.unreadKeys == 0 }
        emulator.send("y")
        try type("\u{11}", to: emulator, until: "offline 1")
        // What is typed until the terminal has taken the review is thrown away.
        try type("L", to: emulator, until: "LOG")
        #expect(relay.sets.isEmpty)
        emulator.signal(SIGTERM)
        #expect(try emulator.waitForEnd() == 128 + SIGTERM)
    }

    @Test("when the terminal goes on, it shows what is so then")
    func goingOn() throws {
        let agent = try StagedAgent([0: .fixed, 1: .online, 2: .online])
        defer { try? agent.stop() }
        let emulator = try Emulator(Program.path, ["--agent", "web=\(agent.socket)"])
        try emulator.wait("the guest") { $0.lines.contains { $0.contains("3/3") } }
        emulator.send("\u{13}")
        let set = try Program.run([
            "set", "web", "--offline", "2", "--agent", "web=\(agent.socket)",
        ])
        #expect(set.status == 0)
        try type("\u{11}", to: emulator, until: "2/3")
        emulator.send("q")
        #expect(try emulator.waitForEnd() == 0)
        #expect(!emulator.isAlternate)
    }
}
