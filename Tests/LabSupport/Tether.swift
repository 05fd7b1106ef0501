import Foundation
import Glibc
import Synchronization

/// A program of the lab that lives no longer than the test, or the test process, that needs it:
/// however that ends, the program is killed and its folder removed (see `Tests/Lab/tether`).
final class Tether: Sendable {
    /// The folder that is the program's alone.
    let folder: String
    /// The program's own process id.
    let pid: pid_t

    private let child: Mutex<Child?>

    /// Starts a program, which writes its `log` to a folder.
    init(_ command: [String], in folder: String, environment: [String: String] = [:]) throws {
        let child = try Child(
            [script("tether"), folder] + command, environment: environment)
        let line = try child.line(within: .seconds(30))
        guard let pid = pid_t(line) else {
            throw LabError.unexpected("tether's first line is \(line)")
        }
        self.folder = folder
        self.pid = pid
        self.child = Mutex(child)
    }

    deinit { try? stop() }

    /// What the program has written to its outputs so far.
    var log: String {
        (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? ""
    }

    /// Whether the program still runs.
    var isRunning: Bool { kill(pid, 0) == 0 }

    /// Sends the program a signal.
    func signal(_ number: Int32) throws {
        guard kill(pid, number) == 0 else { throw LabError.system(call: "kill", errno: errno) }
    }

    /// Kills the program and removes its folder.
    func stop() throws {
        try child.withLock { child in
            guard let running = child else { return }
            child = nil
            running.closeInput()
            do {
                _ = try running.finish(within: .seconds(30))
            } catch {
                kill(pid, SIGKILL)
                throw error
            }
        }
    }
}
