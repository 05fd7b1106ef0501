import Foundation
import Glibc
import LabSupport

/// Programs that refresh for hours while guests restart, agents come and go and a libvirt host drops
/// its connections: what they hold must not grow.
@MainActor
enum Soak {
    /// The name of the part, which is not one of those that are measured together.
    static let part = "soak"

    private static let guests = 40
    private static let interval = 0.1

    /// Watches them, and prints what they held at the start and at the end.
    ///
    /// - Returns: Whether nothing has grown.
    static func run(for duration: Duration) throws -> Bool {
        let processes = try QEMUProcesses(count: guests, vcpus: 8)
        defer { processes.stop() }
        let daemon = try LibvirtDaemon()
        defer { try? daemon.stop() }
        try LibvirtGuest.start(try LibvirtGuest("guest", of: daemon, processors: 3))
        let relay = try ByteRelay(
            to: "\(daemon.folder)/run/libvirt/libvirt-sock")
        defer { relay.stop() }

        let host = ["--interval", "\(interval)"]
        let remote = ["-c", "qemu+unix:///system?socket=\(relay.path)"]
        let programs = try [
            Soaked("dashboard, \(guests) processes", host),
            Soaked("dashboard, libvirt", host + remote),
            Soaked("list --watch, \(guests) processes", ["list", "--watch", "--json"] + host),
        ]
        defer { for program in programs { program.terminal.stop() } }

        let start = ContinuousClock.now
        var turn = 0
        while ContinuousClock.now < start + duration {
            turn += 1
            try processes.restart(turn % guests)
            if turn % 10 == 0 { relay.drop() }
            for program in programs { program.pressSomeKey() }
            // A program whose terminal is full waits, and refreshes less often.
            let end = ContinuousClock.now + .milliseconds(900)
            while ContinuousClock.now < end {
                for program in programs { program.drain() }
                usleep(2000)
            }
            if turn % 5 == 0 { for program in programs { try program.take() } }
            if turn % 60 == 0 {
                let minutes = Int((ContinuousClock.now - start) / .seconds(60))
                let lines = programs.map(\.progress).joined(separator: "; ")
                FileHandle.standardError.write(Data("\(minutes) min: \(lines)\n".utf8))
            }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print("\(Int(seconds)) s, \(turn) restarts of guests, \(turn / 10) dropped connections")
        print("")
        var rows = [["program", "refreshes", "memory", "descriptors", "threads"]]
        for program in programs { rows.append(program.row(after: seconds, every: interval)) }
        for line in Table.markdown(rows) { print(line) }
        return programs.allSatisfy { $0.hasStayed }
    }
}

/// A program that is watched for what it holds.
@MainActor
private final class Soaked {
    let terminal: TerminalProgram
    private let name: String
    private let isDashboard: Bool
    private var holdings: [Holding] = []
    private var lines = 0

    /// What a process holds.
    private struct Holding {
        /// Memory that holds no file, in MB of 10^6 bytes.
        let memory: Double
        let descriptors: Int
        let threads: Int
    }

    init(_ name: String, _ arguments: [String]) throws {
        self.name = name
        isDashboard = arguments.first != "list"
        terminal = try TerminalProgram([Program.path] + arguments)
    }

    /// Presses a key that changes what is shown, and no guest.
    func pressSomeKey() {
        guard isDashboard else { return }
        let keys = [
            "j", "k", "\r", "\u{1B}", "H", "i", "L", "t", "G", "g", "S", " ", "U", "?", "w", "\t",
        ]
        terminal.type(keys.randomElement() ?? "j")
    }

    /// Takes in what it wrote.
    func drain() {
        while terminal.receive(within: .zero) {}
        lines += terminal.takeOutput().count { $0 == UInt8(ascii: "\n") }
    }

    func take() throws {
        func entries(_ folder: String) throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/\(terminal.pid)/\(folder)")
                .count
        }
        holdings.append(
            Holding(
                memory: try terminal.memory("Pss_Anon") / 1e6, descriptors: try entries("fd"),
                threads: try entries("task")))
    }

    var progress: String {
        guard let last = holdings.last else { return "" }
        let memory = String(format: "%.1f", last.memory)
        return "\(memory) MB, \(last.descriptors) descriptors, \(last.threads) threads"
    }

    func row(after seconds: Double, every interval: Double) -> [String] {
        let refreshes = isDashboard ? "about \(Int(seconds / interval))" : "\(lines)"
        return [
            name, refreshes,
            change(\.memory) { String(format: "%.1f MB", $0) },
            change({ Double($0.descriptors) }) { "\(Int($0))" },
            change({ Double($0.threads) }) { "\(Int($0))" },
        ]
    }

    /// Whether it holds as much as it did: memory to a tenth and a megabyte, and of the others no
    /// more than the most that it held in the first half.
    var hasStayed: Bool {
        let (early, late) = (medians(of: early, \.memory), medians(of: last, \.memory))
        return late <= early * 1.1 + 1
            && most(secondHalf, \.descriptors) <= most(firstHalf, \.descriptors) + 4
            && most(secondHalf, \.threads) <= most(firstHalf, \.threads) + 4
    }

    // The start itself is left out: what has not been read yet takes no memory.
    private var early: ArraySlice<Holding> {
        holdings.dropFirst(holdings.count / 10).prefix(max(holdings.count / 10, 1))
    }
    private var last: ArraySlice<Holding> { holdings.suffix(max(holdings.count / 10, 1)) }
    private var firstHalf: ArraySlice<Holding> { holdings.prefix(holdings.count / 2) }
    private var secondHalf: ArraySlice<Holding> { holdings.dropFirst(holdings.count / 2) }

    private func medians(of part: ArraySlice<Holding>, _ figure: (Holding) -> Double) -> Double {
        part.isEmpty ? 0 : Sample(part.map(figure)).median
    }

    private func most(_ part: ArraySlice<Holding>, _ figure: (Holding) -> Int) -> Int {
        part.map(figure).max() ?? 0
    }

    private func change(
        _ figure: (Holding) -> Double, _ text: (Double) -> String
    ) -> String {
        let most = text(holdings.map(figure).max() ?? 0)
        return "\(text(medians(of: early, figure))) -> \(text(medians(of: last, figure))), "
            + "at most \(most)"
    }
}
