import Foundation
import Glibc
import LabSupport

/// Processes that look like QEMUs: with the command line, the agent's socket and the named threads
/// of their vCPUs, which use processors as guests do (see `Tests/Lab/stand-in.c`).
final class QEMUProcesses {
    private var pids: [pid_t] = []
    private let folder: String
    private let vcpus: Int

    /// Starts them, and waits until they listen.
    ///
    /// In each guest a vCPU has a little to do, and in every fifteenth 3 % of a CPU; the kernels
    /// of the others tick.
    init(count: Int, vcpus: Int) throws {
        self.vcpus = vcpus
        folder = try makeLabFolder()
        for number in 1...count { pids.append(try start(number)) }
        try wait(for: "\(count) QEMU-like processes to listen", within: .seconds(60)) {
            try FileManager.default.contentsOfDirectory(atPath: folder).count == count
        }
    }

    private func start(_ number: Int) throws -> pid_t {
        let socket = "\(folder)/\(number).sock"
        let idle = Array(repeating: "0", count: vcpus - 1)
        let environment = [
            "AGENT": socket, "VCPUS": "\(vcpus)", "LATENCY": "100",
            "LOAD": ([number % 15 == 1 ? "3" : "0.02"] + idle).joined(separator: " "),
        ]
        let arguments = StandIn.arguments(named: "guest-\(number)", agent: socket)
        return try Launch.spawnQuietly(
            ["qemu-system-x86_64"] + arguments + ["-smp", "\(vcpus)"],
            program: try CompiledProgram.path(of: "stand-in"), environment: environment)
    }

    /// Ends one, and starts it again on the same socket, as an administrator restarts a guest.
    func restart(_ index: Int) throws {
        end(pids[index])
        unlink("\(folder)/\(index + 1).sock")
        pids[index] = try start(index + 1)
    }

    deinit { stop() }

    /// Ends them.
    func stop() {
        for pid in pids { kill(pid, SIGKILL) }
        for pid in pids { end(pid) }
        pids = []
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func end(_ pid: pid_t) {
        kill(pid, SIGKILL)
        while waitpid(pid, nil, 0) < 0, errno == EINTR {}
    }
}
