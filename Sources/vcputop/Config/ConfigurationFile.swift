internal import Configuration
internal import Glibc

/// A configuration file, and what is in it.
struct ConfigurationFile {
    let path: String
    /// Nil where there is no such file.
    let bytes: [UInt8]?

    /// Reads a file.
    ///
    /// A pipe, a device or a directory is refused, and a pipe without a writer is not waited for.
    /// Of a large file no more is read than is needed to see that it is too large.
    init(reading path: String) throws(CommandFailure) {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw Self.failure(path, errno) }
            bytes = nil
            return
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Self.failure(path, "it is not a regular file")
        }
        bytes = try Self.contents(of: descriptor, path)
    }

    private static func contents(
        of descriptor: Int32, _ path: String
    ) throws(CommandFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1_024)
        while bytes.count <= SettingsReader.largest {
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 {
                bytes += buffer[..<count]
            } else if count == 0 {
                return bytes
            } else if errno != EINTR {
                throw failure(path, errno)
            }
        }
        return bytes
    }

    private static func failure(_ path: String, _ number: Int32) -> CommandFailure {
        failure(path, String(cString: strerror(number)))
    }

    static func failure(_ path: String, _ reason: String) -> CommandFailure {
        CommandFailure(.configuration, "cannot read '\(path)': \(reason)")
    }
}

extension ConfigurationFile {
    /// The files that are read where none is named, the later over the earlier.
    ///
    /// - Source: XDG Base Directory Specification, which has relative paths ignored.
    static var standardPaths: [String] {
        var home = variable("HOME")
        // A unit of systemd has no HOME, and sudo can leave another user's: what that user wrote
        // is not for root to follow.
        if geteuid() == 0, home.flatMap(owner) != 0 { home = "/root" }
        let folder = variable("XDG_CONFIG_HOME") ?? home.map { "\($0)/.config" }
        return ["/etc/vcputop/config.yaml"]
            + (folder.map { ["\($0)/vcputop/config.yaml"] } ?? [])
    }

    /// The owner of a folder; nil where that is not known.
    private static func owner(of path: String) -> uid_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_uid : nil
    }

    /// A variable that is an absolute path.
    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
}
