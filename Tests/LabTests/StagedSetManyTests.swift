import Foundation
import Glibc
import LabSupport
import Testing

/// `set` of several guests against the real agent on staged trees, and its question at a real
/// terminal.
@Suite actor StagedSetManyTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Three guests: of the second, vCPU 3 cannot be taken offline.
    private struct Guests {
        let agents: [StagedAgent]
        let relays: [Relay]

        init() throws {
            let trees: [[Int: StagedCPU]] = [
                [0: .fixed, 1: .online, 2: .online, 3: .online],
                [0: .fixed, 1: .online, 2: .online, 3: .full],
                [0: .fixed, 1: .offline, 2: .offline, 3: .offline],
            ]
            agents = try trees.map { try StagedAgent($0) }
            relays = try agents.map { try Relay(in: $0.folder, to: $0.socket) }
        }

        func stop() {
            for relay in relays { try? relay.stop() }
            for agent in agents { try? agent.stop() }
        }

        var options: [String] {
            relays.enumerated().flatMap { ["--agent", "web\($0 + 1)=\($1.socket)"] }
        }

        var sets: [Int] { relays.map(\.sets.count) }

        func files() throws -> [Set<Int>] { try agents.map { try $0.onlineFiles() } }
    }

    private func withGuests(_ body: (Guests) throws -> Void) throws {
        let guests = try Guests()
        defer { guests.stop() }
        try body(guests)
    }

    /// Starts a command in a terminal, and waits for a text.
    private func start(
        _ guests: Guests, _ arguments: [String], until text: String
    ) throws -> Tmux {
        let terminal = try Tmux(columns: 120)
        let words = [Program.path] + guests.options + arguments
        let script = "clear\n\(words.joined(separator: " "))\necho status=$?\n"
        let file = "\(terminal.folder)/start"
        try Data(script.utf8).write(to: URL(filePath: file))
        try terminal.run(". \(file)")
        try terminal.waitFor(text, within: .seconds(30))
        return terminal
    }

    @Test("one that fails half-way is undone, and stops no other")
    func failing() throws {
        try withGuests { guests in
            let finished = try Program.run(
                guests.options + ["set", "web[12]", "--offline", "2-3", "--yes", "--json"])
            let lines = finished.output.split(separator: "\n").map(String.init)
            let reports = try lines.map {
                try JSONDecoder().decode(SetReport.self, from: Data($0.utf8))
            }
            #expect(
                Set(reports.map { "\($0.guest) \($0.outcome)" }) == [
                    "web1 committed", "web2 rolledBack",
                ])
            #expect(finished.status == 1)
            #expect(try guests.files() == [[1], [1, 2], []])
            #expect(guests.sets == [1, 3, 0])
        }
    }

    @Test("a list from standard input brings each guest to what its line says")
    func list() throws {
        try withGuests { guests in
            let text =
                #"{"guest":"web1","offline":"3"}\n{"guest":"web2","count":3}\n"#
                + #"{"guest":"web3","count":3}\n"#
            let shell = try Child(
                ["sh", "-c", "printf '\(text)' | \"$0\" \"$@\"", Program.path]
                    + guests.options + ["set", "--from", "-", "--yes"])
            let finished = try shell.finish(within: .seconds(30))
            // Of the second the highest is to go, and the kernel does not let it.
            #expect(finished.status == 1, "\(finished)")
            #expect(try guests.files() == [[1, 2], [1, 2], [1, 2]])
            #expect(finished.output.contains("web2: failed: "), "\(finished)")
            #expect(finished.errors.contains("No space left on device"))
            #expect(finished.errors.hasSuffix("2 of 3 guests as asked\n"), "\(finished)")
        }
    }

    @Test("without a terminal nothing is sent, and the status is 64")
    func noTerminal() throws {
        try withGuests { guests in
            for arguments in [["web*"], ["web1", "web3"]] {
                let finished = try Program.run(
                    guests.options + ["set"] + arguments + ["--count", "2"])
                #expect(finished.status == 64, "\(finished)")
            }
            #expect(guests.sets == [0, 0, 0])
            #expect(try guests.files() == [[1, 2, 3], [1, 2], []])
        }
    }

    @Test("at a terminal the plan is shown and asked for; y sends it")
    func yes() throws {
        try withGuests { guests in
            let terminal = try start(
                guests, ["set", "web1", "web3", "web9", "--count", "2"],
                until: "Change 2 guests? [y/N]")
            defer { try? terminal.stop() }
            let plan = try terminal.screen()
            #expect(plan.contains("web1: offline 2-3 (then 2 of 4 online)"), "\(plan)")
            #expect(plan.contains("web3: online 1 (then 2 of 4 online)"), "\(plan)")
            #expect(plan.contains { $0.hasPrefix("web9: cannot read 'web9': no guest") }, "\(plan)")
            #expect(guests.sets == [0, 0, 0])
            try terminal.run("y")
            try terminal.waitFor("status=2", within: .seconds(30))
            #expect(try guests.files() == [[1], [1, 2], [1]])
            #expect(guests.sets == [1, 0, 1])
        }
    }

    @Test("any other answer sends nothing", arguments: ["n", "", "ye", "Y es no", "C-d"])
    func no(_ answer: String) throws {
        try withGuests { guests in
            let terminal = try start(
                guests, ["set", "'web*'", "--online", "1"], until: "Change 1 guest? [y/N]")
            defer { try? terminal.stop() }
            #expect(try terminal.screen().contains("web1: as asked already"))
            if answer == "C-d" { try terminal.press(answer) } else { try terminal.run(answer) }
            try terminal.waitFor("status=1", within: .seconds(30))
            #expect(try terminal.screen().contains { $0.contains("nothing was sent") })
            #expect(guests.sets == [0, 0, 0])
        }
    }

    @Test("a guest that changed while the question stood is a conflict; the others are changed")
    func conflict() throws {
        try withGuests { guests in
            let terminal = try start(
                guests, ["set", "web1", "web3", "--online", "1", "--offline", "3"],
                until: "Change 2 guests? [y/N]")
            defer { try? terminal.stop() }
            // Another administrator takes it offline meanwhile.
            let other = try Program.run([
                "set", "web1", "--agent", "web1=\(guests.agents[0].socket)", "--offline", "3",
            ])
            #expect(other.status == 0)
            try terminal.run("yes")
            try terminal.waitFor("status=1", within: .seconds(30))
            let screen = try terminal.screen()
            #expect(screen.contains { $0.hasPrefix("web1: conflict") }, "\(screen)")
            #expect(screen.contains { $0.hasPrefix("web3: committed: online 1") }, "\(screen)")
            #expect(guests.sets == [0, 0, 1])
        }
    }

    @Test("Ctrl-C at the question sends nothing; Ctrl-Z stops the program, which then goes on")
    func signals() throws {
        try withGuests { guests in
            let terminal = try start(
                guests, ["set", "web1", "web3", "--count", "2"], until: "Change 2 guests? [y/N]")
            defer { try? terminal.stop() }
            try terminal.press("C-z")
            try terminal.waitFor("the shell") { screen in
                screen.contains { $0.contains("Stopped") }
            }
            try terminal.run("clear; fg")
            try terminal.waitFor("the question again") { screen in
                screen.contains { $0 == "Change 2 guests? [y/N]" }
            }
            try terminal.press("C-c")
            try terminal.waitForPrompt()
            try terminal.run("echo ended=$?")
            try terminal.waitFor("ended=130", within: .seconds(30))
            #expect(guests.sets == [0, 0, 0])
        }
    }

    @Test("input typed before the question does not answer it")
    func typedAhead() throws {
        try withGuests { guests in
            try guests.agents[0].stall()
            let terminal = try Tmux(columns: 120)
            defer { try? terminal.stop() }
            let words = [Program.path] + guests.options
            let script =
                "clear\necho begun\n\(words.joined(separator: " ")) set web1 web3 --count 2\n"
                + "echo status=$?\n"
            let file = "\(terminal.folder)/start"
            try Data(script.utf8).write(to: URL(filePath: file))
            try terminal.run(". \(file)")
            try terminal.waitFor("begun")
            try terminal.run("y")
            try guests.agents[0].resume()
            try terminal.waitFor("Change 2 guests? [y/N]", within: .seconds(30))
            try terminal.run("n")
            try terminal.waitFor("status=1", within: .seconds(30))
            #expect(guests.sets == [0, 0, 0])
        }
    }
}
