import Glibc
import LabSupport
import Synchronization
import TerminalEmulator
import Testing

/// What the other suites stand on: that the lab's parts are real and tell the truth.
@Suite actor LabItselfTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    @Test("a staged agent reports the tree that it was given, and changes that tree")
    func stagedTree() throws {
        let agent = try StagedAgent([
            0: .fixed, 2: .online, 5: .offline, 9: .full, 11: .readOnly(online: false),
        ])
        defer { try? agent.stop() }
        func reported() throws -> [ReportedCPU] {
            try IndependentClient.processors(ofAgentAt: agent.socket)
        }
        #expect(
            try reported() == [
                ReportedCPU(id: 0, online: true, canOffline: false),
                ReportedCPU(id: 2, online: true, canOffline: true),
                ReportedCPU(id: 5, online: false, canOffline: true),
                ReportedCPU(id: 9, online: true, canOffline: true),
                ReportedCPU(id: 11, online: false, canOffline: true),
            ])

        #expect(try IndependentClient.set(2, online: false, ofAgentAt: agent.socket) == 1)
        #expect(try IndependentClient.set(9, online: false, ofAgentAt: agent.socket) == nil)
        #expect(try IndependentClient.set(11, online: true, ofAgentAt: agent.socket) == nil)
        #expect(try agent.onlineFiles() == [])
        #expect(try reported().filter(\.online).map(\.id) == [0, 9])
    }

    @Test("what a relay's hook does happens before the agent gets the set")
    func relay() throws {
        let agent = try StagedAgent([0: .fixed, 1: .online])
        defer { try? agent.stop() }
        let atTheSet = Mutex<Set<Int>?>(nil)
        let relay = try Relay(in: agent.folder, to: agent.socket) {
            let files = try agent.onlineFiles()
            atTheSet.withLock { $0 = files }
        }
        #expect(try IndependentClient.set(1, online: false, ofAgentAt: relay.socket) == 1)
        #expect(try agent.onlineFiles() == [])
        #expect(atTheSet.withLock { $0 } == [1])
        #expect(relay.sets.count == 1)
        try relay.stop()
    }

    @Test("a terminal runs a command and shows what it wrote")
    func terminal() throws {
        let terminal = try Tmux(columns: 60, rows: 12)
        defer { try? terminal.stop() }
        try terminal.run("stty size; echo answer=$((6 * 7))")
        let screen = try terminal.waitFor("answer=42")
        #expect(screen.contains("12 60"))
        try terminal.waitForPrompt()
    }

    @Test("a program under test has a runtime folder of its own, not this machine's")
    func runtimeFolder() throws {
        let command = ["sh", "-c", "stat -c '%n %a' $XDG_RUNTIME_DIR"]
        let words = try Child(command).finish(within: .seconds(30)).output.split { $0 == " " }
        #expect(words.first?.hasPrefix("/tmp/vcputop-lab.") == true && words.last == "700\n")
        let named = try Child(
            ["printenv", "XDG_RUNTIME_DIR"], environment: ["XDG_RUNTIME_DIR": "/elsewhere"])
        #expect(try named.finish(within: .seconds(30)).output == "/elsewhere\n")
    }

    @Test("each program under test has a state folder of its own, not this machine's")
    func stateFolder() throws {
        let command = ["printenv", "XDG_STATE_HOME"]
        let paths = try (0..<2).map { _ in
            try Child(command).finish(within: .seconds(30)).output
        }
        #expect(paths.allSatisfy { $0.hasPrefix("/tmp/vcputop-lab.") })
        #expect(Set(paths).count == 2)
        let named = try Child(command, environment: ["XDG_STATE_HOME": "/elsewhere"])
        #expect(try named.finish(within: .seconds(30)).output == "/elsewhere\n")
        let emulator = try Emulator("/usr/bin/env")
        #expect(try emulator.waitForEnd() == 0)
        let variables = String(decoding: emulator.written, as: UTF8.self)
        #expect(variables.contains("HOME=/tmp/vcputop-home-"))
        #expect(!variables.contains("XDG_STATE_HOME"))
    }

    private static let attempts = Mutex(0)

    @Test("a test whose guest hung is tried again, twice at the most", .guestMayHang)
    func triedAgain() throws {
        let attempt = Self.attempts.withLock { attempts in
            attempts += 1
            return attempts
        }
        if attempt < 3 { throw LabError.hung(guest: "a guest of attempt \(attempt)", log: "") }
        #expect(attempt == 3)
    }

    @Test("no error but a guest's hang has a test tried again")
    func notTriedAgain() async throws {
        let test = try #require(Test.current)
        for error in [LabError.late("the program's end"), .unexpected("an answer")] {
            let attempts = Mutex(0)
            await #expect(throws: LabError.self) {
                try await GuestMayHang().provideScope(for: test, testCase: nil) {
                    attempts.withLock { $0 += 1 }
                    throw error
                }
            }
            #expect(attempts.withLock { $0 } == 1)
        }
    }

    @Test("what is shared is made once, and again after it was discarded")
    func shared() throws {
        let made = Mutex(0)
        let number = SharedLab {
            made.withLock { made in
                made += 1
                return made
            }
        }
        #expect(try [number.get(), number.get()] == [1, 1])
        number.discard()
        #expect(try number.get() == 2)
    }

    @Test("nothing of a lab part outlives it")
    func nothingIsLeft() throws {
        let agent = try StagedAgent([0: .fixed])
        let pid = agent.pid
        let folder = agent.folder
        #expect(kill(pid, 0) == 0)
        #expect(access(folder, F_OK) == 0)
        // Even one that is stopped, and so would not see a polite signal.
        try agent.stall()
        try agent.stop()
        #expect(kill(pid, 0) == -1)
        #expect(access(folder, F_OK) == -1)
    }
}
