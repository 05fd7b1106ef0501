import Glibc
import LabSupport
import Testing

/// What is wrong with a command line or a socket is said in plain words, with the right exit
/// status, and the guest is left alone.
@Suite actor BadInputTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let arguments: [String]
        let status: Int32
        /// What the message has to name.
        let named: String

        init(_ description: String, _ arguments: [String], _ status: Int32, naming named: String) {
            testDescription = description
            self.arguments = arguments
            self.status = status
            self.named = named
        }
    }

    /// `SOCKET` is where the agent listens, `FOLDER` what holds the broken sockets.
    static let mistakes = [
        Mistake(
            "an unknown guest", ["set", "nobody", "--agent", "web=SOCKET", "--offline", "1"], 2,
            naming: "nobody"),
        Mistake(
            "a missing socket", ["set", "web", "--agent", "web=FOLDER/none", "--offline", "1"], 2,
            naming: "FOLDER/none"),
        Mistake(
            "a socket that refuses",
            ["set", "web", "--agent", "web=FOLDER/deaf.sock", "--offline", "1"], 2,
            naming: "FOLDER/deaf.sock"),
        Mistake(
            "a file that is no socket",
            ["set", "web", "--agent", "web=FOLDER/log", "--offline", "1"],
            2, naming: "FOLDER/log"),
        Mistake(
            "a path longer than the system allows",
            ["set", "web", "--agent", "web=/tmp/\(String(repeating: "x", count: 200))"]
                + ["--offline", "1"], 2, naming: "a path of 205 bytes"),
        Mistake(
            "a monitor for a name that two agents have",
            ["list", "--agent", "web=SOCKET", "--agent", "web=FOLDER/b", "--qmp", "web=FOLDER/q"],
            64, naming: "--qmp names 'web'"),
        Mistake(
            "one monitor for two guests",
            ["list", "--agent", "web=SOCKET", "--agent", "db=FOLDER/b", "--qmp", "web=FOLDER/q"]
                + ["--qmp", "db=FOLDER/q"], 64, naming: "FOLDER/q"),
        Mistake(
            "one monitor for two guests, in another spelling",
            ["list", "--agent", "web=SOCKET", "--agent", "db=FOLDER/b", "--qmp", "web=FOLDER/q"]
                + ["--qmp", "db=FOLDER//x/../q"], 64, naming: "FOLDER//x/../q"),
        Mistake(
            "one monitor for two guests, by another path to the file",
            ["list", "--agent", "web=FOLDER/a", "--agent", "db=FOLDER/b", "--qmp", "web=SOCKET"]
                + ["--qmp", "db=/proc/self/rootSOCKET"], 64, naming: "/proc/self/root"),
        Mistake(
            "an agent's socket as a monitor",
            ["list", "--agent", "web=SOCKET", "--qmp", "web=/proc/self/rootSOCKET"], 64,
            naming: "an agent's socket"),
        Mistake(
            "one agent's socket for two guests, in another spelling",
            ["list", "--agent", "web=SOCKET", "--agent", "db=/proc/self/rootSOCKET"], 64,
            naming: "given twice"),
        Mistake(
            "a list that cannot be parsed",
            ["set", "web", "--agent", "web=SOCKET", "--offline", "0-7:2"], 64, naming: "0-7:2"),
        Mistake(
            "an id above 4095", ["set", "web", "--agent", "web=SOCKET", "--offline", "4096"], 64,
            naming: "4096"),
        Mistake(
            "an empty list", ["set", "web", "--agent", "web=SOCKET", "--offline", ""], 64,
            naming: "--offline"),
        Mistake(
            "two lists that overlap",
            ["set", "web", "--agent", "web=SOCKET", "--offline", "1-2", "--online", "2"], 64,
            naming: "2"),
        Mistake("no list", ["set", "web", "--agent", "web=SOCKET"], 64, naming: "--online"),
        Mistake(
            "a list given twice",
            ["set", "web", "--agent", "web=SOCKET", "--offline", "1", "--offline", "2"], 64,
            naming: "--offline"),
        Mistake(
            "a deadline given twice",
            ["set", "web", "--agent", "web=SOCKET", "--offline", "1", "--timeout", "1"]
                + ["--timeout", "2"], 64, naming: "--timeout"),
        Mistake(
            "a socket without a name", ["set", "web", "--agent", "SOCKET", "--offline", "1"], 64,
            naming: "NAME=PATH"),
        Mistake(
            "an unknown option", ["list", "--agent", "web=SOCKET", "--sideways"], 64,
            naming: "--sideways"),
    ]

    @Test("a mistake has its message and its status", arguments: mistakes)
    func mistake(_ mistake: Mistake) throws {
        let agent = try StagedAgent([0: .fixed, 1: .online, 2: .online])
        defer { try? agent.stop() }
        let relay = try Relay(in: agent.folder, to: agent.socket)
        try makeDeafSocket(at: "\(agent.folder)/deaf.sock")
        func filled(_ text: String) -> String {
            text.replacing("SOCKET", with: relay.socket).replacing("FOLDER", with: agent.folder)
        }
        let finished = try Program.run(mistake.arguments.map(filled))
        try relay.stop()
        #expect(finished.status == mistake.status)
        #expect(finished.errors.contains(filled(mistake.named)), "\(finished.errors)")
        #expect(!finished.errors.contains("\u{1B}"))
        #expect(relay.sets.isEmpty)
        #expect(try agent.onlineFiles() == [1, 2])
    }

    @Test("a socket whose mode forbids it is denied")
    func denied() throws {
        let agent = try StagedAgent([0: .fixed, 1: .online])
        defer { try? agent.stop() }
        #expect(chmod(agent.socket, 0) == 0)
        let finished = try Program.runBoundByModes([
            "list", "--agent", "web=\(agent.socket)", "--json",
        ])
        let guest = try #require(try finished.report(ListReport.self).guests.first)
        #expect(finished.status == 0)
        #expect(guest.agent.status == "denied")
    }

    @Test("sockets that do not work are rows of a list, not its failure")
    func rows() throws {
        let agent = try StagedAgent([0: .fixed])
        defer { try? agent.stop() }
        try makeDeafSocket(at: "\(agent.folder)/deaf.sock")
        let names = ["none", "deaf.sock", "log"]
        let finished = try Program.run(
            ["list", "--json"] + names.flatMap { ["--agent", "\($0)=\(agent.folder)/\($0)"] })
        let report = try finished.report(ListReport.self)
        #expect(finished.status == 0)
        #expect(report.guests.map(\.name) == names)
        #expect(report.guests.map(\.agent.status) == names.map { _ in "disconnected" })
        #expect(report.guests.allSatisfy { $0.guest == nil })
    }
}
