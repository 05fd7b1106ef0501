import Foundation
import Glibc

/// What a program that shows something live costs while it is watched.
struct Activity {
    /// How often one of its threads went to sleep, which is as often as one was woken up.
    var wakeUps = 0
    /// On processors, in nanoseconds.
    var processor = 0
    /// What it sent to its terminal.
    var bytes = 0

    /// Watches programs at the same time, so that whatever else the machine does meets all.
    static func watch(_ programs: [TerminalProgram], for duration: Duration) -> [Activity] {
        let before = programs.map(\.output.count)
        var counters = programs.map { ThreadCounters(of: $0.pid) }
        let deadline = ContinuousClock.now + duration
        while ContinuousClock.now < deadline {
            for index in programs.indices {
                while programs[index].receive(within: .zero) {}
                counters[index].update()
            }
            usleep(50_000)
        }
        return programs.indices.map {
            Activity(
                wakeUps: counters[$0].wakeUps, processor: counters[$0].processor,
                bytes: programs[$0].output.count - before[$0])
        }
    }
}

/// Adds up what all threads of a process do, also of those that come and go.
private struct ThreadCounters {
    private let pid: pid_t
    private var last: [String: (wakeUps: Int, processor: Int)] = [:]
    private(set) var wakeUps = 0
    private(set) var processor = 0

    init(of pid: pid_t) {
        self.pid = pid
        update()
        wakeUps = 0
        processor = 0
    }

    mutating func update() {
        let folder = "/proc/\(pid)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for thread in threads {
            guard
                let status = try? String(
                    contentsOfFile: "\(folder)/\(thread)/status", encoding: .utf8),
                let switches = status.number(after: "\nvoluntary_ctxt_switches:"),
                let schedule = try? String(
                    contentsOfFile: "\(folder)/\(thread)/schedstat", encoding: .utf8),
                let time = schedule.split(separator: " ").first.flatMap({ Int($0) })
            else { continue }
            let earlier = last[thread] ?? (0, 0)
            wakeUps += switches - earlier.wakeUps
            processor += time - earlier.processor
            last[thread] = (switches, time)
        }
    }
}
