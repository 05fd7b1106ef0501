import LabSupport

/// What the dashboard costs while keys are pressed, and while it is idle.
enum Living {
    private static let seconds = 10

    static func measure(_ guest: MicroGuest, into table: inout Table) throws {
        let contest = try Contest(
            ["--agent", "micro=\(guest.agentSocket)"], proof: "micro", beside: [.htop])
        defer { contest.stop() }
        try contest.watch()
        try contest.report("one guest", aims: .init(wakeUps: "4"), into: &table)

        contest.dashboard.type("p")
        // Threads that have nothing to do end by themselves after a while.
        _ = try Activity.watch(contest.programs, for: .seconds(8))
        let idle = try Activity.watch(contest.programs, for: .seconds(seconds))
        for (name, peer) in zip(contest.names, idle).dropFirst() {
            table.add(
                "paused: wake-ups in \(seconds) s", .count, Double(idle[0].wakeUps),
                beside: (name, Double(peer.wakeUps)), aim: "none at all")
            table.add(
                "paused: to the terminal in \(seconds) s", .bytes, Double(idle[0].bytes),
                beside: (name, Double(peer.bytes)), aim: "none at all")
        }
    }

    /// Compares what is sent with the least that ncurses needs for the same cells.
    @MainActor
    static func measureLine(into table: inout Table) throws {
        for (guests, vcpus) in [(24, 8), (1_000, 16)] {
            let what = "demo of \(guests) guests"
            let own = try refreshes(
                of: [Program.path, "demo", "--guests", "\(guests)", "--vcpus", "\(vcpus)"])
            table.add(
                "\(what): sent a refresh", .bytes, Double(own.bytes) / Double(max(own.count, 1)),
                beside: ("ncurses' minimum", Double(own.least) / Double(max(own.count, 1))),
                aim: "1")
            table.add("\(what): refreshes in \(seconds) s", .count, Double(own.count))
        }
        for peer in [["htop", "--delay=10"], ["btop", "--utf-force"]] {
            let other = try refreshes(of: peer)
            table.add(
                "\(peer[0]) in its place: sent a refresh", .bytes,
                Double(other.bytes) / Double(max(other.count, 1)),
                beside: ("ncurses' minimum", Double(other.least) / Double(max(other.count, 1))))
        }
    }

    @MainActor
    private static func refreshes(of command: [String]) throws -> Refreshes {
        let program = try TerminalProgram(command)
        defer { program.stop() }
        _ = try Activity.watch([program], for: .seconds(8))
        return try Refreshes.watch(program, for: .seconds(seconds))
    }
}
