import Glibc
import LabSupport

/// How soon a key shows.
enum Pressing {
    private static let presses = 300

    /// In a fleet that is as large as any: a thousand guests of 16 vCPUs, whose agents are asked
    /// meanwhile.
    static func measure(into table: inout Table) throws {
        let agents = try ContestedAgents(count: 1_000, vcpus: 16)
        let contest = try agents.contest(beside: [.htop])
        defer { contest.stop() }
        try report("1000 agents of 16", contest, into: &table)
        contest.stop()
        try agents.stop()
    }

    /// Presses keys in the dashboard and in its peers in turn.
    static func report(_ scene: String, _ contest: Contest, into table: inout Table) throws {
        var times: [[Double]] = contest.programs.map { _ in [] }
        for press in 0..<presses {
            // Down and up, as a keypad sends them; and not in step with what is refreshed.
            let key = press % 2 == 0 ? "\u{1B}OB" : "\u{1B}OA"
            usleep(.random(in: 0..<100_000))
            for (index, program) in contest.programs.enumerated() {
                guard let time = program.time(ofKey: key) else {
                    throw LabError.late("what a key of \(program.pid) brings")
                }
                times[index].append(time / .seconds(1))
            }
        }
        let samples = times.map(Sample.init)
        for (share, aim) in [(0.5, ""), (0.99, "8 ms")] {
            let what = "\(scene): key to screen, \(Int(share * 100)) %"
            let own = samples[0].quantile(share)
            for (name, sample) in zip(contest.names, samples).dropFirst() {
                table.add(what, .time, own, beside: (name, sample.quantile(share)), aim: aim)
            }
            if samples.count == 1 { table.add(what, .time, own, aim: aim) }
        }
    }
}
