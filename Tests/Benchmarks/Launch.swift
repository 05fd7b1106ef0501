import Foundation
import Glibc
import LabSupport

/// What a program that has ended used.
struct Usage {
    /// From before it was started until it was gone.
    let wall: Duration
    /// On processors, by all of its threads.
    let processor: Duration
}

/// Starts programs and waits for them, with as little as can be between them and the clock.
enum Launch {
    /// Starts a program without a terminal, and drops what it writes.
    static func spawnQuietly(
        _ command: [String], program: String, environment: [String: String]
    ) throws -> pid_t {
        try spawn(command, program: program, environment: environment) { actions in
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        }
    }

    /// Runs a program without a terminal to its end, and drops what it writes.
    ///
    /// - Throws: When its exit status is not 0: a failure is often quick.
    static func run(_ command: [String]) throws -> Usage {
        let start = ContinuousClock.now
        let pid = try spawn(command) { actions in
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        }
        var status: Int32 = 0
        var usage = rusage()
        while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
        let end = ContinuousClock.now
        guard status == 0 else { throw LabError.unexpected("\(command) ended with \(status)") }
        return Usage(
            wall: end - start, processor: duration(usage.ru_utime) + duration(usage.ru_stime))
    }

    /// `POSIX_SPAWN_SETSID`, which the system's headers hide from Swift behind a feature macro.
    private static let setSession: Int16 = 0x80

    /// Starts a program as the leader of a session of its own.
    ///
    /// - Parameters:
    ///   - command: What the program is told, its name first.
    ///   - program: The program, where its name is another.
    ///   - additions: What its environment has more than ours.
    ///   - redirect: Opens its descriptors 0 to 2; all others are closed.
    static func spawn(
        _ command: [String], program: String? = nil, environment additions: [String: String] = [:],
        redirect: (inout posix_spawn_file_actions_t) -> Void
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        redirect(&actions)
        // A socket or a pipe of the lab that it held open would not be closed by closing it here.
        for descriptor in STDERR_FILENO + 1..<256 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, setSession)

        var arguments = command.map { strdup($0) } + [nil]
        let environment = ProcessInfo.processInfo.environment.merging(additions) { $1 }
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var pid: pid_t = 0
        let status = posix_spawnp(
            &pid, program ?? command[0], &actions, &attributes, &arguments, &variables)
        guard status == 0 else { throw LabError.system(call: "spawn \(command)", errno: status) }
        return pid
    }

    private static func duration(_ time: timeval) -> Duration {
        .seconds(time.tv_sec) + .microseconds(time.tv_usec)
    }
}
