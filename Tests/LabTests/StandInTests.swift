import Foundation
import LabSupport
import Testing

/// Guests that are found by their processes, where a real QEMU would take long or cannot be had.
@Suite(.serialized) actor StandInTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Runs a test in a folder of its own; the name of the folder is part of its guests' names.
    private func withFolder(_ body: (_ folder: String, _ name: String) throws -> Void) throws {
        let name = "stand-in-\(UUID().uuidString.prefix(8))"
        let folder = "/tmp/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder, name)
    }

    private func list(_ name: String, _ more: [String] = []) throws -> ListReport {
        try Program.run(["list", name, "--json"] + more, within: .seconds(60))
            .report(ListReport.self)
    }

    @Test("a guest in a container is read, though its socket's path is long and leads over a link")
    func container() throws {
        try withFolder { _, name in
            let path = "/var/run/\(String(repeating: "s", count: 93)).sock"
            #expect(path.utf8.count == 107)
            var traits = StandIn.Traits(agent: path)
            traits.isInContainer = true
            let guest = try StandIn(
                StandIn.arguments(named: name, agent: path), traits)
            defer { try? guest.stop() }
            let row = try #require(try list(name).guests.first)
            #expect(row.agent.status == "ok" && row.guest?.vcpus == "0-1", "\(row)")
            #expect(row.host?.vcpus.count == 2)
            // What the row says can be typed.
            let typed = String(row.source.dropFirst("agent:".count))
            let named = try list("typed", ["--agent", "typed=\(typed)"])
            #expect(named.guests.first?.agent.status == "ok", "\(named)")
        }
    }

    @Test("a relative path is found by the folder where QEMU was started, or said to be relative")
    func relative() throws {
        try withFolder { folder, name in
            var traits = StandIn.Traits(agent: "a.sock")
            traits.startFolder = folder
            let guest = try StandIn(StandIn.arguments(named: name, agent: "a.sock"), traits)
            defer { try? guest.stop() }
            let row = try #require(try list(name).guests.first)
            #expect(row.source == "agent:\(folder)/a.sock" && row.agent.status == "ok")

            let lost = try StandIn(
                StandIn.arguments(named: "\(name)-lost", agent: "b.sock"),
                StandIn.Traits(agent: nil))
            defer { try? lost.stop() }
            let said = try Program.run(["list", "\(name)-lost"], within: .seconds(60))
            #expect(said.status == 2)
            #expect(said.errors.contains("'\(name)-lost' is left out"))
            #expect(!said.errors.contains("no guest is called"), "\(said.errors)")
            #expect(said.errors.contains("--agent \(name)-lost=/FOLDER/b.sock"))
        }
    }

    @Test("guests of one name are told apart in the table, and what set says of them can be typed")
    func namesakes() throws {
        try withFolder { folder, name in
            let labels = ["1.qga", "2.qga"]
            let guests = try labels.map { label in
                try StandIn(
                    StandIn.arguments(named: name, agent: "\(folder)/\(label)"),
                    StandIn.Traits(agent: "\(folder)/\(label)"))
            }
            defer { for guest in guests { try? guest.stop() } }
            let table = try Program.run(["list", name], within: .seconds(60))
            #expect(table.status == 0, "\(table)")
            func set(_ name: String) throws -> Finished {
                try Program.run(
                    ["set", name, "--offline", "1", "--dry-run"], within: .seconds(60))
            }
            let ambiguous = try set(name)
            #expect(ambiguous.status == 2)
            for label in labels {
                #expect(table.output.contains("\n\(name) (\(label))  "), "\(table.output)")
                let full = "agent:\(folder)/\(label)/\(name)"
                #expect(
                    ambiguous.errors.contains("\(full) for \(name) (\(label))"),
                    "\(ambiguous.errors)")
                let named = try set(full)
                #expect(named.output.hasPrefix("\(full): "), "\(named)")
                let labelled = try set("\(name) (\(label))")
                #expect(labelled.status == 2)
                #expect(labelled.errors.contains("its full name is: \(full)"), "\(labelled)")
            }
        }
    }

    @Test("where QEMU is a client, the path is another program's and is not connected to")
    func client() throws {
        try withFolder { folder, name in
            let path = "\(folder)/a.sock"
            let other = try StandIn(["-machine", "none"], StandIn.Traits(agent: path))
            defer { try? other.stop() }
            for (position, options) in ["", "server=off", "reconnect=5"].enumerated() {
                let guest = "\(name)-\(position)"
                let client = try StandIn(
                    StandIn.arguments(named: guest, agent: path, socket: options),
                    StandIn.Traits(agent: nil))
                defer { try? client.stop() }
                let listed = try Program.run(["list", guest, "--json"], within: .seconds(60))
                let report = try listed.report(ListReport.self)
                #expect(listed.status == 2 && report.guests.isEmpty)
                let host = try #require(report.sources.first { $0.name == "host" })
                #expect(host.status == "ok")
                #expect(host.message?.contains("'\(guest)' is left out") == true, "\(host)")
            }
            #expect(other.clients(of: "AGENT") == 0)
        }
    }

    @Test("of a machine that was migrated or restored here no pairing is inferred")
    func restored() throws {
        try withFolder { folder, name in
            for (option, pairing) in [
                ("-smp", "inferred"), ("-incoming", "unknown"), ("-loadvm", "unknown"),
            ] {
                let path = "\(folder)/a.sock"
                let guest = try StandIn(
                    [option, "2"] + StandIn.arguments(named: name, agent: path),
                    StandIn.Traits(agent: path))
                defer { try? guest.stop() }
                // Found, and named.
                for row in [
                    try list(name).guests.first,
                    try list("named", ["--agent", "named=\(path)"]).guests.first,
                ] {
                    #expect(row?.host?.pairing == pairing, "\(option): \(String(describing: row))")
                    #expect(row?.host?.vcpus.count == 2)
                }
            }
        }
    }

    @Test("a monitor of another machine lends no thread, and the reason is said")
    func otherMonitor() throws {
        try withFolder { folder, name in
            func start(_ guest: String) throws -> StandIn {
                var traits = StandIn.Traits(agent: "\(folder)/\(guest).agent")
                traits.qmp = "\(folder)/\(guest).qmp"
                traits.namesThreads = false
                return try StandIn(
                    StandIn.arguments(named: name, agent: "\(folder)/\(guest).agent"), traits)
            }
            let (one, two) = (try start("one"), try start("two"))
            defer {
                try? one.stop()
                try? two.stop()
            }
            let agent = ["--agent", "one=\(folder)/one.agent"]
            let right = try list("one", agent + ["--qmp", "one=\(folder)/one.qmp"])
            #expect(right.guests.first?.host?.vcpus.count == 2, "\(right)")
            #expect(right.sources.first?.message == nil)
            let wrong = try list("one", agent + ["--qmp", "one=\(folder)/two.qmp"])
            #expect(wrong.guests.first?.agent.status == "ok")
            #expect(wrong.guests.first?.host == nil, "\(wrong)")
            let message = try #require(wrong.sources.first?.message)
            #expect(
                message.contains("process \(one.pid)") && message.contains("process \(two.pid)"))
            let text = try Program.run(
                ["list"] + agent + ["--qmp", "one=\(folder)/two.qmp"], within: .seconds(60))
            #expect(text.errors.contains("process \(two.pid) serves \(folder)/two.qmp"))
        }
    }

    @Test("a QEMU that restarts under the same socket is read again, and what was doubtful too")
    func restarts() throws {
        try withFolder { folder, name in
            let path = "\(folder)/a.sock"
            let arguments = StandIn.arguments(named: name, agent: path)
            let first = try StandIn(arguments, StandIn.Traits(agent: path))
            defer { try? first.stop() }
            let watching = try Program.start(["list", name, "--watch", "--json", "--interval", "1"])
            func waitForGuest(_ what: String, _ isRight: (ListReport.Guest?) -> Bool) throws {
                try wait(for: "\(what)", within: .seconds(120)) {
                    let line = try watching.line(within: .seconds(60))
                    let report = try JSONDecoder().decode(ListReport.self, from: Data(line.utf8))
                    return isRight(report.guests.first)
                }
            }
            defer { try? watching.signal(SIGKILL) }
            try waitForGuest("the first") { $0?.agent.status == "ok" }
            let threads = try #require(try list(name).guests.first?.host).vcpus.map(\.thread)
            // The second begins while the first still serves the socket: nothing but doubt.
            let second = try StandIn(arguments, StandIn.Traits(agent: nil))
            let doubted = try Program.run(["list", name], within: .seconds(60))
            #expect(doubted.errors.contains("is left out"), "\(doubted)")
            try second.stop()
            try first.stop()
            let third = try StandIn(arguments, StandIn.Traits(agent: path))
            defer { try? third.stop() }
            try waitForGuest("the third") {
                guard let host = $0?.host, $0?.agent.status == "ok" else { return false }
                return host.vcpus.count == 2 && host.vcpus.map(\.thread) != threads
            }
        }
    }

    @Test("list --watch goes on at its interval while an agent that started later does not answer")
    func watchedBesideSilent() throws {
        try withFolder { folder, name in
            let path = "\(folder)/a.sock"
            let healthy = try StandIn(
                StandIn.arguments(named: "\(name)-1", agent: path), StandIn.Traits(agent: path))
            defer { try? healthy.stop() }
            let watching = try Program.start([
                "list", "\(name)*", "--watch", "--json", "--interval", "0.1", "--timeout", "3600",
            ])
            defer { try? watching.signal(SIGKILL) }
            func next() throws -> [ListReport.Guest] {
                let line = try watching.line(within: .seconds(60))
                return try JSONDecoder().decode(ListReport.self, from: Data(line.utf8)).guests
            }
            #expect(try next().map(\.agent.status) == ["ok"])

            let later = "\(folder)/b.sock"
            var traits = StandIn.Traits(agent: later)
            traits.isSilent = true
            let silent = try StandIn(
                StandIn.arguments(named: "\(name)-2", agent: later), traits)
            defer { try? silent.stop() }
            try wait(for: "the second guest", within: .seconds(120)) { try next().count == 2 }
            // No reading of the second ends while the test runs, and the first is read again.
            var ages: [Int] = []
            try wait(for: "the next reading of the first guest", within: .seconds(120)) {
                let guests = try next()
                #expect(guests.map(\.agent.status) == ["ok", "pending"])
                #expect(guests.last?.guest == nil)
                ages.append(try #require(guests.first?.agent.ageMilliseconds))
                return ages.count > 20 && zip(ages, ages.dropFirst()).contains { $1 < $0 }
            }
        }
    }

    @Test("list --watch says from the second reading on how long a guest waits and what it uses")
    func measured() throws {
        try withFolder { folder, name in
            let path = "\(folder)/a.sock"
            let guest = try StandIn(
                StandIn.arguments(named: name, agent: path), StandIn.Traits(agent: path))
            defer { try? guest.stop() }
            let once = try Program.run(["list", name], within: .seconds(120))
            #expect(!once.output.contains("WAIT%"), "\(once)")
            #expect(!once.output.contains("per CPU"), "\(once)")
            let watching = try Program.start(["list", name, "--watch", "--interval", "1"])
            defer { try? watching.signal(SIGKILL) }
            var heads: [String] = []
            var measured: [[String]] = []
            var fullness = ""
            try wait(for: "two readings", within: .seconds(120)) {
                let line = try watching.line(within: .seconds(60))
                if line.hasSuffix("per CPU") { fullness = line }
                let fields = line.split(separator: " ").map(String.init)
                if fields.first == "GUEST" { heads = fields }
                if fields.first == name { measured.append(Array(fields.suffix(3).prefix(2))) }
                return measured.count > 2
            }
            let count = ProcessInfo.processInfo.activeProcessorCount
            #expect(fullness.contains(" of \(count) host CPUs busy, "), "\(fullness)")
            #expect(Array(heads.suffix(3)) == ["WAIT%", "USE%", "SOURCE"])
            #expect(measured.first == ["-", "-"])
            let last = (measured.last ?? []).compactMap(Double.init)
            #expect(last.count == 2 && last.allSatisfy((0...100).contains), "\(measured)")
        }
    }

    @Test("a session daemon of one's own is asked where it runs, and none is started")
    func session() throws {
        try withFolder { folder, name in
            let socket = "\(folder)/libvirt/libvirt-sock"
            try FileManager.default.createDirectory(
                atPath: "\(folder)/libvirt", withIntermediateDirectories: true)
            func sources() throws -> [String] {
                // No guest is asked: other tests use them.
                try Program.run(
                    ["list", name, "--json"], environment: ["XDG_RUNTIME_DIR": folder],
                    within: .seconds(120)
                ).report(ListReport.self).sources.map(\.name)
            }
            #expect(try !sources().contains("qemu:///session"))
            // It is no daemon, so that the source fails; what counts is that it was asked.
            let daemon = try StandIn(["-machine", "none"], StandIn.Traits(agent: socket))
            #expect(try sources().contains("qemu:///session"))
            try daemon.stop()
            #expect(FileManager.default.fileExists(atPath: socket))
            #expect(try !sources().contains("qemu:///session"))
        }
    }
}
