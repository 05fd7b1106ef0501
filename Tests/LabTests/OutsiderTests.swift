import Foundation
import LabSupport
import Testing

/// The library in a package of its own (`Tests/Outsider`), against the real agent on a staged tree.
@Suite(.timeLimit(.minutes(10))) actor OutsiderTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private func stage() throws -> StagedAgent {
        try StagedAgent([0: .fixed, 1: .online, 2: .online, 3: .offline, 4: .full])
    }

    private func run(_ arguments: String...) throws -> Finished {
        let program = try Outsider.path(of: "Outsider")
        // A low limit is soon reached where a test uses all descriptors up.
        let child = try Child(["prlimit", "--nofile=64", program] + arguments)
        child.closeInput()
        return try child.finish(within: .seconds(60))
    }

    @Test("the example of the README takes a vCPU offline")
    func example() throws {
        let agent = try stage()
        defer { try? agent.stop() }
        let ended = try Outsider.runExample(withAgentAt: agent.socket)
        #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended)")
        #expect(ended.output == "0-2,4\ncommitted\n")
        #expect(try agent.onlineFiles() == [2])
    }

    @Test(
        "the README and the library's page show the example as it is built",
        arguments: [
            "README.md", "Sources/vcputop/vcputop.docc/Library.md",
        ])
    func shown(page: String) throws {
        let text = try Repository.text(of: page)
        let example = try Repository.text(of: "Tests/Outsider/Sources/Example/main.swift")
        let code = example.split(separator: "\n").filter { !$0.hasPrefix("//") }
        #expect(code.count >= 5)
        let shown = text.components(separatedBy: "```swift\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first?.split(separator: "\n") }
        #expect(shown.contains { $0 == code }, "\(page) shows something else")
    }

    @Test("a program prints a reading, what a change did, and why a part of one was undone")
    func printed() throws {
        let agent = try stage()
        defer { try? agent.stop() }
        let read = try run("watch", agent.socket)
        #expect(read.output.hasPrefix("online 0-2,4 of 0-4, offlinable 1-4; agent "), "\(read)")

        let done = try run("set", agent.socket, "3", "1-2")
        #expect(
            done.output == "committed: online 3, offline 1-2; online now: 0,3-4 of 0-4\n", "\(done)"
        )
        #expect(try agent.onlineFiles() == [3])

        let undone = try run("set", agent.socket, "1", "4")
        #expect(
            undone.output.hasPrefix(
                "rolledBack: as before; a part had been done and was undone; "
                    + "online now: 0,3-4 of 0-4; vCPU 4: "), "\(undone)")
        #expect(undone.output.contains("No space left on device"))
        #expect(try agent.onlineFiles() == [3])

        let refused = try run("set", agent.socket, "9", "0")
        #expect(
            refused.output
                == "refused: as before; nothing was sent; online now: 0,3-4 of 0-4; "
                + "vCPU 9: the guest has no such vCPU; vCPU 0: the guest says it is not offlinable\n",
            "\(refused)")
    }

    @Test("transactions at the same time through one value are all carried out")
    func together() throws {
        let agent = try stage()
        defer { try? agent.stop() }
        let ended = try run("together", agent.socket, "1", "2")
        #expect(ended.output == "committed\ncommitted\n", "\(ended)")
        #expect(try agent.onlineFiles() == [])
    }

    @Test("a missing socket, and one that nothing serves, are an error with its kind")
    func noSocket() throws {
        let agent = try stage()
        let missing = try run("watch", "\(agent.folder)/none")
        #expect(missing.status == 0, "\(missing)")
        #expect(
            missing.output
                == "disconnected: no line to the agent: \(agent.folder)/none: "
                + "No such file or directory; start the guest and its agent\n")
        try agent.stop()
        let refused = try run("watch", agent.socket)
        #expect(refused.output.hasPrefix("disconnected: no line to the agent: "), "\(refused)")
        #expect(refused.errors.isEmpty)
    }

    @Test("without descriptors a reading fails as the program's own fault, and works after that")
    func exhausted() throws {
        let agent = try stage()
        defer { try? agent.stop() }
        let ended = try run("exhausted", agent.socket)
        let lines = ended.output.split(separator: "\n")
        try #require(ended.status == 0 && lines.count == 2, "\(ended)")
        #expect(lines[0].contains("this program has no file descriptors left"))
        #expect(lines[0].hasSuffix("; free something here"))
        #expect(lines[1].hasPrefix("online 0-2,4 of 0-4"))
    }
}
