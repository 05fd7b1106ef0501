import LabSupport
import TerminalEmulator

/// The dashboard and its peers, each in a terminal of its own, watched at the same time.
final class Contest {
    /// One of them.
    private struct Contestant {
        let name: String
        let program: TerminalProgram
        /// Whether it is the dashboard, of this build or another.
        let isVcputop: Bool
        var rounds: [Activity] = []
    }

    /// A program to compare with.
    struct Peer {
        let name: String
        let command: [String]
        /// What it shows once it does its part.
        let proof: String
    }

    private var contestants: [Contestant] = []

    /// The dashboard.
    var dashboard: TerminalProgram { contestants[0].program }

    /// All, the dashboard first.
    var programs: [TerminalProgram] { contestants.map(\.program) }

    /// Their names.
    var names: [String] { contestants.map(\.name) }

    /// Starts all.
    ///
    /// - Parameters:
    ///   - arguments: The dashboard's.
    ///   - proof: What the dashboard shows once all is known.
    ///   - others: The arguments of another build of the dashboard; the same where not given.
    ///   - peers: What is compared with it.
    init(
        _ arguments: [String], proof: String, others: [String]? = nil, beside peers: [Peer]
    ) throws {
        let own = Peer(name: "vcputop", command: [Program.path] + arguments, proof: proof)
        let other = Settings.current?.other.map {
            Peer(name: "the other vcputop", command: [$0] + (others ?? arguments), proof: proof)
        }
        let all = [own] + (other.map { [$0] } ?? []) + peers
        contestants = try all.enumerated().map { index, peer in
            Contestant(
                name: peer.name, program: try TerminalProgram(peer.command),
                isVcputop: index < all.count - peers.count)
        }
        // At their start they do more than later.
        _ = try Activity.watch(programs, for: .seconds(8))
        for (peer, contestant) in zip(all, contestants) {
            try wait(
                for: "“\(peer.proof)” of \(peer.name):\n\(contestant.program.screen)",
                within: .seconds(30)
            ) {
                _ = contestant.program.receive(within: .seconds(1))
                return contestant.program.screen.contains(peer.proof)
            }
        }
    }

    /// Ends all.
    func stop() {
        for contestant in contestants { contestant.program.stop() }
    }

    /// Watches all for some rounds.
    func watch() throws {
        for _ in 0..<(Settings.current?.rounds ?? 1) {
            let activities = try Activity.watch(programs, for: Settings.round)
            for index in contestants.indices { contestants[index].rounds.append(activities[index]) }
        }
    }

    /// What figures should not exceed, or their ratios to the first peer's.
    struct Aims {
        var processor = ""
        var wakeUps = ""
        var memory = ""
    }

    /// Adds what was seen to a table.
    func report(_ scene: String, aims: Aims = Aims(), into table: inout Table) throws {
        let all = contestants.indices.dropFirst()
        // An older build says as much of this one as a peer does; of the others the first will do.
        let first = contestants.firstIndex { !$0.isVcputop } ?? 0
        let few = all.filter { $0 <= first }
        add("\(scene): processor time a second", .time, aims.processor, all, into: &table) {
            $0.processor / $0.seconds
        }
        add("\(scene): wake-ups a second", .count, aims.wakeUps, all, into: &table) {
            Double($0.wakeUps) / $0.seconds
        }
        add("\(scene): to the terminal a second", .bytes, "", few, into: &table) {
            Double($0.bytes) / $0.seconds
        }
        let memory = try contestants.map {
            (now: try $0.program.memory("Pss"), peak: try $0.program.memory("VmHWM"))
        }
        add("\(scene): memory", .bytes, memory.map(\.now), "", few, into: &table)
        add("\(scene): peak memory", .bytes, memory.map(\.peak), aims.memory, few, into: &table)
    }

    private func add(
        _ what: String, _ unit: Unit, _ aim: String, _ peers: some Sequence<Int>,
        into table: inout Table, _ figure: (Activity) -> Double
    ) {
        let medians = contestants.map { Sample($0.rounds.map(figure)).median }
        add(what, unit, medians, aim, peers, into: &table)
    }

    /// Adds a row for each peer to which the figure means something.
    private func add(
        _ what: String, _ unit: Unit, _ figures: [Double], _ aim: String,
        _ peers: some Sequence<Int>, into table: inout Table
    ) {
        var aim = aim
        var isAdded = false
        for index in peers where figures[index] > 0 {
            let peer = contestants[index]
            table.add(
                what, unit, figures[0], beside: (peer.name, figures[index]),
                aim: peer.isVcputop ? "" : aim)
            if !peer.isVcputop { aim = "" }
            isAdded = true
        }
        if !isAdded { table.add(what, unit, figures[0], aim: aim) }
    }
}

/// Simulated agents for the dashboard, and as many for the other build of it: a socket serves one
/// client at a time.
struct ContestedAgents {
    private let own: AgentProcess
    private let others: AgentProcess?
    private let proof: String

    init(count: Int, vcpus: Int, hung: Bool = false) throws {
        own = try AgentProcess(count: count, vcpus: vcpus, hung: hung)
        others = try Settings.current?.other.map { _ in
            try AgentProcess(count: count, vcpus: vcpus, hung: hung)
        }
        proof = "\(vcpus)/\(vcpus)"
    }

    /// Starts the dashboard on them, and peers.
    func contest(beside peers: [Contest.Peer]) throws -> Contest {
        try Contest(own.arguments, proof: proof, others: others?.arguments, beside: peers)
    }

    /// Ends them.
    ///
    /// - Returns: When each of the dashboard's was asked or worked, in seconds.
    @discardableResult
    func stop() throws -> [[Double]] {
        try others?.stop()
        return try own.stop()
    }
}
