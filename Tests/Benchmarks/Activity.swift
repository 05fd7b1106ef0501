import Foundation
import Glibc
import LabSupport

/// What a program that shows something live costs while it is watched: its own process alone.
struct Activity {
    /// For how long it was watched, in seconds.
    var seconds = 0.0
    /// How often one of its threads went to sleep, which is as often as one was woken up.
    var wakeUps = 0
    /// On processors, in seconds.
    var processor = 0.0
    /// What it sent to its terminal.
    var bytes = 0

    /// Watches programs at the same time, so that whatever else the machine does meets all.
    ///
    /// - Throws: When one of them has ended.
    static func watch(
        _ programs: [TerminalProgram], for duration: Duration
    ) throws -> [Activity] {
        let start = ContinuousClock.now
        let before = programs.map(\.output.count)
        let processor = try programs.map { try processorTime(of: $0) }
        var counters = programs.map { SwitchCounter(of: $0.pid) }
        while ContinuousClock.now < start + duration {
            for index in programs.indices {
                while programs[index].receive(within: .zero) {}
                counters[index].update()
            }
            usleep(50_000)
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return try programs.indices.map {
            Activity(
                seconds: seconds, wakeUps: counters[$0].wakeUps,
                processor: try processorTime(of: programs[$0]) - processor[$0],
                bytes: programs[$0].output.count - before[$0])
        }
    }

    /// Of all threads of a process, also of those that have ended, in seconds.
    private static func processorTime(of program: TerminalProgram) throws -> Double {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(program.pid, &clock) == 0, clock_gettime(clock, &time) == 0 else {
            throw LabError.ended(program: "\(program.pid)", log: program.text)
        }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// Adds up how often threads of a process went to sleep, also those that come and go.
private struct SwitchCounter {
    private let pid: pid_t
    private var last: [String: Int] = [:]
    private(set) var wakeUps = 0

    init(of pid: pid_t) {
        self.pid = pid
        update()
        wakeUps = 0
    }

    mutating func update() {
        let folder = "/proc/\(pid)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for thread in threads {
            guard
                let status = try? String(
                    contentsOfFile: "\(folder)/\(thread)/status", encoding: .utf8),
                let switches = status.number(after: "\nvoluntary_ctxt_switches:")
            else { continue }
            wakeUps += switches - last[thread, default: 0]
            last[thread] = switches
        }
    }
}
