import Glibc
import LabSupport

/// What a libvirt host costs, beside `virsh` doing the same.
enum Libvirt {
    private static let guests = 8

    static func measure(into table: inout Table) throws {
        let daemon = try LibvirtDaemon()
        defer { try? daemon.stop() }
        // One after the other: together they would take longer to boot on few processors.
        for number in 1...guests {
            let guest = try LibvirtGuest("guest\(number)", of: daemon, processors: 3)
            try LibvirtGuest.start(guest)
        }
        // What the kernels still do after they have booted is over then.
        sleep(5)
        try list(daemon, into: &table)
        try set(daemon, into: &table)
    }

    private static func list(_ daemon: LibvirtDaemon, into table: inout Table) throws {
        let own = [Program.path, "list", "-c", daemon.uri]
        let peers = (1...guests).map { daemon.virsh.commandLine(["guestvcpus", "guest\($0)"]) }
        var usages: (own: [Usage], peers: [Usage]) = ([], [])
        for _ in 0..<20 {
            usages.own.append(try Launch.run(own))
            usages.peers.append(try run(peers))
        }
        let name = "eight `virsh guestvcpus`"
        func add(_ what: String, aim: String, _ figure: (Usage) -> Duration) {
            table.add(
                what, .time, Sample(usages.own.map { figure($0) / .seconds(1) }).median,
                beside: (name, Sample(usages.peers.map { figure($0) / .seconds(1) }).median),
                aim: aim)
        }
        add("`list`, 8 guests of libvirt", aim: "0.25", \.wall)
        add("`list`, 8 guests of libvirt: processor time", aim: "0.15", \.processor)
    }

    private static func set(_ daemon: LibvirtDaemon, into table: inout Table) throws {
        var usages: (own: [Usage], peers: [Usage]) = ([], [])
        let virsh = daemon.virsh
        func peer(_ online: Int, _ offline: Int) -> [[String]] {
            [(online, "--enable"), (offline, "--disable")].map {
                virsh.commandLine(["guestvcpus", "guest1", "--cpulist", "\($0.0)", $0.1])
            }
        }
        func own(_ online: Int, _ offline: Int) -> [String] {
            [Program.path, "set", "guest1", "-c", daemon.uri]
                + ["--online", "\(online)", "--offline", "\(offline)"]
        }
        try virsh.run("guestvcpus", "guest1", "--cpulist", "2", "--disable")
        for _ in 0..<10 {
            // Each does both ways, since they need not take the same time.
            for (online, offline) in [(2, 1), (1, 2)] {
                usages.own.append(try Launch.run(own(online, offline)))
            }
            for (online, offline) in [(2, 1), (1, 2)] {
                usages.peers.append(try run(peer(online, offline)))
            }
        }
        table.add(
            "mixed `set`, libvirt", .time, Sample(usages.own.map { $0.wall / .seconds(1) }).median,
            beside: (
                "two `virsh guestvcpus`",
                Sample(usages.peers.map { $0.wall / .seconds(1) }).median
            ), aim: "1")
    }

    /// Runs programs one after the other, and adds up what they used.
    private static func run(_ commands: [[String]]) throws -> Usage {
        try commands.reduce(Usage(wall: .zero, processor: .zero)) {
            let usage = try Launch.run($1)
            return Usage(
                wall: $0.wall + usage.wall, processor: $0.processor + usage.processor)
        }
    }
}
