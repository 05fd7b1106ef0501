/// What agents that never answer cost those that do.
enum Hanging {
    static func measure(into table: inout Table) throws {
        let (guests, vcpus) = (1_000, 16)
        let scene = "\(guests) agents of \(vcpus), half hung"
        let agents = try ContestedAgents(count: guests, vcpus: vcpus, hung: true)
        let contest = try agents.contest(beside: [.htop])
        defer { contest.stop() }
        try contest.watch()
        try Pressing.report(scene, contest, into: &table)
        try contest.report(scene, into: &table)
        contest.stop()
        let calls = try agents.stop()
        try Lateness.report(
            scene, calls, rows: stride(from: 0, to: guests, by: 2), into: &table)
    }
}
