import LabSupport

/// What the dashboard of a fleet costs, whose guests are processes of their own.
enum Fleets {
    /// QEMU-like processes that are discovered, with host time every second.
    static func measureProcesses(into table: inout Table) throws {
        let (guests, vcpus) = (150, 8)
        let processes = try QEMUProcesses(count: guests, vcpus: vcpus)
        defer { processes.stop() }
        let contest = try Contest(
            [], proof: "\(vcpus)/\(vcpus)",
            beside: [
                .htop, .btop,
                bareLoop([], "\(guests * vcpus * 2) files, \(guests) agents"),
            ])
        defer { contest.stop() }
        try contest.watch()
        try contest.report(
            "\(guests) processes of \(vcpus)", aims: .init(processor: "1"), into: &table)
    }

    /// Agents' sockets alone.
    static func measureSockets(
        guests: Int, vcpus: Int, aims: Contest.Aims, into table: inout Table
    ) throws {
        let scene = "\(guests) agents of \(vcpus)"
        let agents = try ContestedAgents(count: guests, vcpus: vcpus)
        let more = try AgentProcess(count: guests, vcpus: vcpus)
        let contest = try agents.contest(
            beside: [bareLoop(more.sockets, "0 files, \(guests) agents")])
        defer { contest.stop() }
        try contest.watch()
        try contest.report(scene, aims: aims, into: &table)
        contest.stop()
        try more.stop()
        try Lateness.report(scene, agents.stop(), rows: 0..<guests, into: &table)
    }

    private static func bareLoop(_ sockets: [String], _ proof: String) throws -> Contest.Peer {
        Contest.Peer(
            name: "bare loop", command: [try CompiledProgram.path(of: "bare-loop")] + sockets,
            proof: proof)
    }
}

extension Contest.Peer {
    /// Reads processes and their threads, once a second.
    static let htop = Contest.Peer(
        name: "htop", command: ["htop", "--delay=10"], proof: " thr")
    /// Reads processes, once a second by the settings that `Tests/benchmark` writes.
    static let btop = Contest.Peer(
        name: "btop", command: ["btop", "--utf-force"], proof: "cpu")
}
