import Foundation
import LabSupport
import Testing

/// What becomes of guests where the program may open few descriptors.
@Suite actor DescriptorLimitTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private func list(_ arguments: [String], descriptors: Int) throws -> Finished {
        let limited = ["prlimit", "--nofile=\(descriptors):\(descriptors)", Program.path, "list"]
        return try Child(limited + arguments).finish(within: .seconds(60))
    }

    @Test(
        "a lack of descriptors is said as our own, and is no guest's state",
        arguments: [20, 22, 26])
    func shortage(limit: Int) throws {
        // Whether what the program is built on finds a descriptor in time is a matter of chance.
        for _ in 0..<3 { try checkShortage(limit) }
    }

    private func checkShortage(_ limit: Int) throws {
        // Each holds a descriptor until it is given up.
        let silent = try SilentSockets(count: 60)
        let agents = silent.paths.enumerated().flatMap { ["--agent", "g\($0)=\($1)"] }
        let listed = try list(agents + ["--json", "--timeout", "1"], descriptors: limit)
        #expect(listed.status == 0, "\(listed)")
        let report = try listed.report(ListReport.self)
        #expect(report.guests.count == 60)
        #expect(Set(report.guests.map(\.agent.status)) == ["error", "unresponsive"])
        for guest in report.guests where guest.agent.status == "error" {
            #expect(
                guest.agent.message?.contains("this program has no file descriptors left") == true)
            #expect(guest.agent.message?.contains("ulimit -n") == true)
        }
    }

    @Test("a program that cannot even begin says why, and does not crash", arguments: [8, 12, 18])
    func noRoom(limit: Int) throws {
        let listed = try list(["--agent", "g=/nowhere"], descriptors: limit)
        #expect(listed.status == 2 && listed.output.isEmpty, "\(listed)")
        #expect(listed.errors.contains("vcputop has no file descriptors left"))
        #expect(listed.errors.contains("ulimit -n"))
    }

    @Test("the program allows itself what it may, so that a low soft limit is none")
    func raised() throws {
        let silent = try SilentSockets(count: 60)
        let agents = silent.paths.enumerated().flatMap { ["--agent", "g\($0)=\($1)"] }
        let command = ["prlimit", "--nofile=24:4096", Program.path, "list"]
        let listed = try Child(command + agents + ["--json", "--timeout", "1"])
            .finish(within: .seconds(60)).report(ListReport.self)
        #expect(listed.guests.allSatisfy { $0.agent.status == "unresponsive" })
    }
}
