import Foundation
import Glibc
import LabSupport

/// Processes that look like QEMUs: with the command line, the agent's socket and the named threads
/// of their vCPUs, which use processors as guests do (see `Tests/Lab/stand-in.c`).
final class QEMUProcesses {
    private var pids: [pid_t] = []
    private let folder: String

    /// Starts them, and waits until they listen.
    ///
    /// In each guest a vCPU has a little to do, and in every fifteenth 3 % of a CPU; the kernels
    /// of the others tick.
    init(count: Int, vcpus: Int) throws {
        folder = try makeLabFolder()
        let program = try CompiledProgram.path(of: "stand-in")
        for number in 1...count {
            let socket = "\(folder)/\(number).sock"
            let name = "guest-\(number)"
            let idle = Array(repeating: "0", count: vcpus - 1)
            let environment = [
                "AGENT": socket, "VCPUS": "\(vcpus)", "LATENCY": "100",
                "LOAD": ([number % 15 == 1 ? "3" : "0.02"] + idle).joined(separator: " "),
            ]
            let arguments = StandIn.arguments(named: name, agent: socket) + ["-smp", "\(vcpus)"]
            pids.append(
                try Launch.spawnQuietly(
                    ["qemu-system-x86_64"] + arguments, program: program, environment: environment))
        }
        try wait(for: "\(count) QEMU-like processes to listen", within: .seconds(60)) {
            try FileManager.default.contentsOfDirectory(atPath: folder).count == count
        }
    }

    deinit { stop() }

    /// Ends them.
    func stop() {
        for pid in pids { kill(pid, SIGKILL) }
        for pid in pids { while waitpid(pid, nil, 0) < 0, errno == EINTR {} }
        pids = []
        try? FileManager.default.removeItem(atPath: folder)
    }
}
