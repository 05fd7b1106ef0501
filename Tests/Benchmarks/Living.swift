import LabSupport

/// What the dashboard costs while keys are pressed, and while it is idle.
enum Living {
    private static let seconds = 10

    static func measure(_ guest: MicroGuest, into table: inout Table) throws {
        let dashboard = try TerminalProgram([
            Program.path, "--agent", "micro=\(guest.agentSocket)",
        ])
        let htop = try TerminalProgram(["htop", "--delay=10"])
        defer {
            dashboard.stop()
            htop.stop()
        }
        settle([dashboard, htop], for: .seconds(4))
        let busy = Activity.watch([dashboard, htop], for: .seconds(seconds))
        compare("one guest", busy[0], ("htop", busy[1]), into: &table)

        dashboard.type("p")
        // Threads that have nothing to do end by themselves after a while.
        settle([dashboard, htop], for: .seconds(8))
        let idle = Activity.watch([dashboard, htop], for: .seconds(seconds))
        table.add(
            "paused: wake-ups in \(seconds) s", .count, Double(idle[0].wakeUps),
            beside: ("htop", Double(idle[1].wakeUps)), aim: "none at all")
        table.add(
            "paused: to the terminal in \(seconds) s", .bytes, Double(idle[0].bytes),
            beside: ("htop", Double(idle[1].bytes)), aim: "none at all")
        table.add(
            "one guest: peak memory", .bytes, try dashboard.peakMemory(),
            beside: ("htop", try htop.peakMemory()))
    }

    static func measureDemo(into table: inout Table) throws {
        let dashboard = try TerminalProgram([Program.path, "demo", "--guests", "24"])
        let btop = try TerminalProgram(["btop", "--utf-force"])
        defer {
            dashboard.stop()
            btop.stop()
        }
        settle([dashboard, btop], for: .seconds(6))
        let busy = Activity.watch([dashboard, btop], for: .seconds(seconds))
        compare("demo of 24 guests", busy[0], ("btop", busy[1]), into: &table)
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
        settle([program], for: .seconds(8))
        return try Refreshes.watch(program, for: .seconds(seconds))
    }

    /// Compares two programs that refresh once a second.
    private static func compare(
        _ what: String, _ own: Activity, _ peer: (name: String, activity: Activity),
        into table: inout Table
    ) {
        func add(_ figure: String, _ unit: Unit, _ value: (Activity) -> Double) {
            table.add(
                "\(what): \(figure)", unit, value(own) / Double(seconds),
                beside: (peer.name, value(peer.activity) / Double(seconds)))
        }
        add("to the terminal a refresh", .bytes) { Double($0.bytes) }
        add("wake-ups a second", .count) { Double($0.wakeUps) }
        add("processor time a second", .time) { Double($0.processor) / 1e9 }
    }

    private static func settle(_ programs: [TerminalProgram], for duration: Duration) {
        _ = Activity.watch(programs, for: duration)
    }
}
