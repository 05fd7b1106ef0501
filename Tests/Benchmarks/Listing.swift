import Glibc
import LabSupport

/// What one reading of one guest takes, beside what it must take: the program's start, and an
/// exchange with the agent on a connection of its own.
enum Listing {
    static func measureStaged(into table: inout Table) throws {
        let agent = try StagedAgent(Staged.tree)
        defer { try? agent.stop() }
        try measure(
            "`list`, real agent on a staged tree", agent.socket, rounds: 30, into: &table)
        let usage = try Sample.inTurn(
            rounds: 20, [{ try Launch.run(command(agent.socket)).processor }])
        table.add("`list`, processor time", .time, usage[0].median)
    }

    static func measure(_ guest: MicroGuest, into table: inout Table) throws {
        // Most of this is the agent's: it looks for a client ten times a second. So there are
        // many rounds, and none begins when the one before it ended.
        try measure("`list`, real guest", guest.agentSocket, rounds: 60, into: &table)
    }

    private static func measure(
        _ what: String, _ socket: String, rounds: Int, into table: inout Table
    ) throws {
        let samples = try Sample.inTurn(
            rounds: rounds,
            [
                {
                    pause()
                    return try Launch.run(command(socket)).wall
                },
                {
                    pause()
                    return try ContinuousClock().measure {
                        _ = try IndependentClient.exchange(withAgentAt: socket)
                    }
                },
                { try Launch.run([Program.path, "--version"]).wall },
            ])
        table.add(
            what, .time, samples[0].median,
            beside: ("exchange + start", samples[1].median + samples[2].median), aim: "1.2")
    }

    private static func command(_ socket: String) -> [String] {
        [Program.path, "list", "--agent", "guest=\(socket)"]
    }

    private static func pause() {
        usleep(.random(in: 0..<100_000))
    }
}
