import Foundation

/// What a program did to the world, by the system calls that `strace` saw.
///
/// One line a call, as in
/// `4711 sendto(8<socket:[99]>, "{\"execute\":\"guest-info\"}\n", 25, MSG_NOSIGNAL, NULL, 0) = 25`.
public struct SystemCallTrace {
    private let lines: [Substring]

    /// What stands before a program's command line to have it traced to a file.
    ///
    /// `-y` says what each descriptor is, and `-s` keeps whole messages.
    public static func command(to file: String) -> [String] {
        [
            "strace", "-f", "-y", "-s", "1000000", "-e", "trace=%file,%desc,%network", "-e",
            "signal=none", "-o", file,
        ]
    }

    /// Takes a trace in.
    public init(_ text: String) {
        lines = text.split(separator: "\n")
    }

    /// Reads a trace from a file.
    public init(ofFile path: String) throws {
        self.init(String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self))
    }

    /// How many messages with a text were sent or written.
    public func messages(with text: String) -> Int {
        lines.count { Call($0).map { $0.isWriting && $0.arguments.contains(text) } ?? false }
    }

    /// The calls that create, change or write files that are in none of these folders; terminals,
    /// pipes, sockets and memory are no files.
    public func changes(outside folders: [String]) -> [String] {
        lines.filter { line in
            guard let call = Call(line) else { return false }
            return !call.changedPaths.allSatisfy { isAllowed($0, folders) }
        }.map(String.init)
    }

    private func isAllowed(_ path: String, _ folders: [String]) -> Bool {
        if path.contains("/../") { return false }
        let isDevice =
            ["/dev/null", "/dev/tty", "/dev/ptmx"].contains(path) || path.hasPrefix("/dev/pts/")
        // What such a name stands for is seen at the write.
        let isDescriptor = path.hasPrefix("/proc/self/fd/")
        let isMemory = path.hasPrefix("/memfd:")
        return isDevice || isDescriptor || isMemory
            || folders.contains { path == $0 || path.hasPrefix($0 + "/") }
    }
}

/// One traced call.
private struct Call {
    let name: Substring
    let arguments: Substring

    private static let writing: Set<Substring> = [
        "write", "writev", "pwrite64", "pwritev", "pwritev2", "sendto", "sendmsg", "sendmmsg",
        "sendfile", "splice", "tee", "vmsplice", "copy_file_range",
    ]
    private static let changingDescriptors: Set<Substring> = [
        "ftruncate", "fallocate", "fchmod", "fchown", "fsetxattr", "fremovexattr",
    ]
    private static let changingPaths: Set<Substring> = [
        "creat", "mkdir", "mkdirat", "mknod", "mknodat", "rename", "renameat", "renameat2",
        "unlink", "unlinkat", "rmdir", "link", "linkat", "symlink", "symlinkat", "truncate",
        "chmod", "fchmodat", "chown", "lchown", "fchownat", "utime", "utimes", "futimesat",
        "utimensat", "setxattr", "lsetxattr", "removexattr", "lremovexattr", "bind", "mount",
    ]
    private static let opening: Set<Substring> = ["open", "openat", "openat2"]
    private static let writingFlags = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_TMPFILE"]

    /// Nil for what is no call: the end of a process, and the second half of a call whose first
    /// half has the arguments.
    init?(_ line: Substring) {
        let call = line.drop { $0.isNumber || $0 == " " }
        guard let open = call.firstIndex(of: "("), !call.hasPrefix("<"), !call.hasPrefix("+") else {
            return nil
        }
        name = call[..<open]
        arguments = call[call.index(after: open)...]
    }

    var isWriting: Bool { Self.writing.contains(name) }

    /// The files that the call changes; the empty path where it does not say which.
    var changedPaths: [String] {
        if isWriting || Self.changingDescriptors.contains(name) { return descriptorPath }
        if Self.changingPaths.contains(name) { return name == "bind" ? socketPath : namedPaths }
        if Self.opening.contains(name), Self.writingFlags.contains(where: arguments.contains) {
            return namedPaths
        }
        return []
    }

    /// The file behind the first descriptor, if it is a file.
    private var descriptorPath: [String] {
        let rest = arguments.drop { $0.isNumber }
        // A descriptor that is not open has no name, and nothing is written to it.
        guard rest.first == "<" else { return rest.hasPrefix(",") ? [] : [""] }
        let path = rest.dropFirst().prefix { $0 != ">" }
        return path.hasPrefix("/") ? [String(path)] : []
    }

    private var socketPath: [String] {
        guard let start = arguments.range(of: "sun_path=\"") else { return [] }
        return [String(arguments[start.upperBound...].prefix { $0 != "\"" })]
    }

    /// All quoted strings.
    private var namedPaths: [String] {
        let parts = arguments.split(separator: "\"", omittingEmptySubsequences: false)
        let paths = stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }
        return paths.isEmpty ? [""] : paths
    }
}
