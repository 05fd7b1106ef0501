internal import Concurrency
internal import Glibc

/// The file of `--from`.
enum ChangeListFile {
    /// The name that means standard input.
    static let standardInput = "-"

    /// What messages call a file.
    static func name(of path: String) -> String {
        path == standardInput ? "standard input" : path
    }

    /// Reads the whole list; it may take for ever, as where standard input is a terminal.
    static func read(_ path: String) async throws(CommandFailure) -> [ListedChange] {
        let result: Result<[ListedChange], CommandFailure> = await withCheckedContinuation {
            continuation in
            BlockingCall.start {
                do throws(CommandFailure) {
                    continuation.resume(returning: .success(try readNow(path)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    private static func readNow(_ path: String) throws(CommandFailure) -> [ListedChange] {
        let isStandardInput = path == standardInput
        let name = name(of: path)
        let descriptor = isStandardInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(name, errno) }
        defer { if !isStandardInput { close(descriptor) } }
        var parser = ChangeListParser(file: name)
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count > 0 {
                try parser.append(chunk[..<count])
            } else if count == 0 {
                return try parser.finish()
            } else if errno != EINTR {
                throw failure(name, errno)
            }
        }
    }

    private static func failure(_ name: String, _ error: Int32) -> CommandFailure {
        CommandFailure(
            .usage, "cannot read '\(name)': \(String(cString: strerror(error)))",
            note: "nothing was sent")
    }
}
