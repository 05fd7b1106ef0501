import Foundation
import Glibc

/// A child process with pipes for its input and its two outputs.
///
/// Foundation's `Process` is not used: waiting for one that leaves a daemon behind hangs.
public final class Child {
    /// Its process id.
    public let pid: Int32
    private var input: Int32
    private var output: Int32
    private var errors: Int32
    private var reaped = false
    /// The schema that the program's JSON has to keep to.
    private let schema: DocumentSchema?

    /// Starts a program, found by PATH, in a process group of its own, so that a Ctrl-C at the
    /// terminal of the tests ends the tests, and they in turn their children.
    ///
    /// - Parameter isOutputNonblocking: Whether a write to standard output that the pipe has no
    ///   room for fails, as some parents leave their pipes.
    public init(
        _ command: [String], environment changes: [String: String] = [:],
        isOutputNonblocking: Bool = false
    ) throws {
        schema = DocumentSchema(of: command)
        let stdin = try Pipe(), stdout = try Pipe(), stderr = try Pipe()
        if isOutputNonblocking { _ = fcntl(stdout.writing, F_SETFL, O_NONBLOCK) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, stdin.reading, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, stdout.writing, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, stderr.writing, STDERR_FILENO)
        // What the tests have open is not the child's: a socket or a pipe that it held open would
        // not be closed by closing it here.
        try closeFrom(STDERR_FILENO + 1, in: &actions)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var pid: pid_t = 0
        let environment = try Child.environment(with: changes)
        let status = withCStrings(command) { arguments in
            withCStrings(environment) {
                posix_spawnp(&pid, command.first ?? "", &actions, &attributes, arguments, $0)
            }
        }
        close(stdin.reading)
        close(stdout.writing)
        close(stderr.writing)
        self.pid = pid
        input = stdin.writing
        output = stdout.reading
        errors = stderr.reading
        guard status == 0 else {
            reaped = true
            throw LabError.system(call: "spawn \(command)", errno: status)
        }
    }

    deinit {
        if !reaped {
            kill(pid, SIGKILL)
            _ = reap()
        }
        for descriptor in [input, output, errors] where descriptor >= 0 { close(descriptor) }
    }

    /// Writes to the child's standard input.
    ///
    /// - Throws: `LabError.system` where the child no longer reads.
    public func send(_ text: String) throws {
        // The signal would end the tests; children get every signal's default again.
        Glibc.signal(SIGPIPE, SIG_IGN)
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else {
                throw LabError.system(call: "write", errno: errno)
            }
            bytes = bytes.dropFirst(max(count, 0))
        }
    }

    /// Ends the child's standard input.
    public func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    /// How many bytes of standard output wait to be read.
    public var unreadOutput: Int {
        var count: Int32 = 0
        return ioctl(output, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    /// The next line of standard output without its end; what is there at the end of the output.
    public func line(within duration: Duration) throws -> String {
        let line = try line(of: output, within: duration)
        try schema?.check(line)
        return line
    }

    /// The next line of standard error, in the same way; `finish` does not return it again.
    public func errorLine(within duration: Duration) throws -> String {
        try line(of: errors, within: duration)
    }

    private func line(of descriptor: Int32, within duration: Duration) throws -> String {
        let deadline = Deadline(within: duration)
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard Glibc.poll(&poll, 1, deadline.milliseconds) > 0 else {
                throw LabError.late("a line of process \(pid)")
            }
            guard read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") else {
                return String(decoding: line, as: UTF8.self)
            }
            line.append(byte)
        }
    }

    /// Sends the child a signal.
    public func signal(_ number: Int32) throws {
        guard kill(pid, number) == 0 else { throw LabError.system(call: "kill", errno: errno) }
    }

    /// Reads both outputs to their ends, and then the exit status.
    ///
    /// - Throws: `LabError.late` when the child has not ended in time; it is killed then.
    public func finish(within duration: Duration) throws -> Finished {
        let deadline = Deadline(within: duration)
        var texts: [[UInt8]] = [[], []]
        var polls = [output, errors].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        // poll passes over negative descriptors.
        while polls.contains(where: { $0.fd >= 0 }) {
            guard poll(&polls, 2, deadline.milliseconds) > 0 else {
                kill(pid, SIGKILL)
                _ = reap()
                let said = texts.map { String(decoding: $0, as: UTF8.self) }
                throw LabError.late("the end of process \(pid), which said \(said)")
            }
            for index in polls.indices where polls[index].fd >= 0 && polls[index].revents != 0 {
                let count = read(polls[index].fd, &chunk, chunk.count)
                if count > 0 {
                    texts[index] += chunk[..<count]
                } else {
                    polls[index].fd = -1
                }
            }
        }
        let finished = Finished(
            status: reap(), output: String(decoding: texts[0], as: UTF8.self),
            errors: String(decoding: texts[1], as: UTF8.self))
        // What cannot be written to one stream goes to the other.
        for line in (finished.output + finished.errors).split(separator: "\n") {
            try schema?.check(line)
        }
        return finished
    }

    private func reap() -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        reaped = true
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : -signal
    }

    private static func environment(with changes: [String: String]) throws -> [String] {
        ProcessInfo.processInfo.environment
            .merging([
                "XDG_RUNTIME_DIR": try ChildFolders.runtime(),
                "XDG_STATE_HOME": try ChildFolders.newState(),
            ]) { $1 }
            .merging(changes) { $1 }
            .map { "\($0)=\($1)" }
    }
}

/// How a program ended.
public struct Finished: Sendable {
    /// Its exit status; for a program that a signal ended, minus the signal's number.
    public let status: Int32
    /// What it wrote to standard output.
    public let output: String
    /// What it wrote to standard error.
    public let errors: String
}

private struct Pipe {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw LabError.system(call: "pipe", errno: errno)
        }
        reading = ends[0]
        writing = ends[1]
        // Other tests start programs too.
        _ = fcntl(reading, F_SETFD, FD_CLOEXEC)
        _ = fcntl(writing, F_SETFD, FD_CLOEXEC)
    }
}

/// `posix_spawn_file_actions_addclosefrom_np`, which glibc 2.34 has and Swift's import of it lacks.
private func closeFrom(
    _ lowest: Int32, in actions: inout posix_spawn_file_actions_t
) throws {
    typealias Function =
        @convention(c) (
            UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32
        ) -> Int32
    let name = "posix_spawn_file_actions_addclosefrom_np"
    guard let symbol = dlsym(nil, name) else {
        throw LabError.system(call: name, errno: ENOSYS)
    }
    let function = unsafeBitCast(symbol, to: Function.self)
    let status = function(&actions, lowest)
    guard status == 0 else { throw LabError.system(call: name, errno: status) }
}

private func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}
