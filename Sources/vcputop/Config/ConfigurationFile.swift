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
    static var standardPaths: [String] {
        ["/etc/vcputop/config.yaml"]
            + (UserFolder.configuration.path.map { ["\($0)/config.yaml"] } ?? [])
    }
}
