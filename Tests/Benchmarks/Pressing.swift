import LabSupport

/// How soon a key shows.
enum Pressing {
    private static let presses = 100

    /// In a fleet that is as large as any: a thousand guests of 16 vCPUs that change every second,
    /// and that live in the same process.
    static func measure(into table: inout Table) throws {
        let dashboard = try TerminalProgram([
            Program.path, "demo", "--guests", "1000", "--vcpus", "16",
        ])
        let htop = try TerminalProgram(["htop", "--delay=10"])
        defer {
            dashboard.stop()
            htop.stop()
        }
        _ = try dashboard.time(until: "1000 guests")
        _ = Activity.watch([dashboard, htop], for: .seconds(6))
        var times: [[Double]] = [[], []]
        for press in 0..<presses {
            // Down and up, as a keypad sends them.
            let key = press % 2 == 0 ? "\u{1B}OB" : "\u{1B}OA"
            for (index, program) in [dashboard, htop].enumerated() {
                guard let time = program.time(ofKey: key) else {
                    throw LabError.late("what a key of \(program.pid) brings")
                }
                times[index].append(time / .seconds(1))
            }
        }
        let (own, peer) = (Sample(times[0]), Sample(times[1]))
        table.add(
            "1000 guests of 16: key to screen", .time, own.median, beside: ("htop", peer.median))
        table.add(
            "1000 guests of 16: key to screen, 99 %", .time, own.quantile(0.99),
            beside: ("htop", peer.quantile(0.99)), aim: "16 ms")
    }
}
