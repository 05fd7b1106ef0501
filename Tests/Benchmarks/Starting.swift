import LabSupport

/// How soon there is something to see.
enum Starting {
    static func measure(into table: inout Table) throws {
        let versions = try Sample.inTurn(
            rounds: 30,
            [
                { try Launch.run([Program.path, "--version"]).wall },
                { try Launch.run(["htop", "--version"]).wall },
            ])
        table.add(
            "start to end of `--version`", .time, versions[0].median,
            beside: ("htop", versions[1].median))

        let agent = try StagedAgent(Staged.tree)
        defer { try? agent.stop() }
        let command = [Program.path, "--agent", "guest=\(agent.socket)"]
        var times: (first: [Double], vcpus: [Double], htop: [Double]) = ([], [], [])
        for _ in 0..<rounds {
            let dashboard = try TerminalProgram(command)
            // The last line names the keys, and this one last; its last letter comes by itself,
            // since it is in the corner of the screen.
            times.first.append(try dashboard.time(until: " qui") / .seconds(1))
            times.vcpus.append(
                try dashboard.time(until: Staged.online, silence: silence) / .seconds(1))
            dashboard.stop()
            let htop = try TerminalProgram(["htop"])
            times.htop.append(try htop.time(until: "Quit", silence: silence) / .seconds(1))
            htop.stop()
        }
        let peer = ("htop", Sample(times.htop).median)
        table.add(
            "start to the first frame", .time, Sample(times.first).median, beside: peer, aim: "3")
        table.add(
            "start to the frame that shows the guest's vCPUs", .time,
            Sample(times.vcpus).median, beside: peer, aim: "3")
    }

    private static let rounds = 15
    /// What parts a frame from the next.
    private static let silence = Duration.milliseconds(30)
}

/// The staged guest of the measures.
enum Staged {
    /// Eight processors, the first fixed, the last offline.
    static let tree: [Int: StagedCPU] = {
        var tree: [Int: StagedCPU] = [0: .fixed, 7: .offline]
        for id in 1...6 { tree[id] = .online }
        return tree
    }()

    /// How the dashboard's row of it says how many are online.
    static let online = "7/8"
}
