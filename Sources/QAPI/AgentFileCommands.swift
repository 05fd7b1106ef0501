internal import FoundationEssentials

/// A file that an agent has opened; it stays open in the guest until it is closed.
public struct AgentFile: Hashable, Sendable {
    /// The agent's number of it.
    let handle: Int64
}

extension AgentSession {
    /// The most bytes that are read of a file at once; the small files of a kernel fit many times.
    public static let maximumFileRead = 4096

    /// Opens a file of the guest for reading (`guest-file-open`).
    ///
    /// - Throws: As `execute`; `.malformed` when the reply is not what the schema says.
    /// - Source: qemu/qga/qapi-schema.json, `guest-file-open` (since 0.15).
    public func openFile(
        _ path: String, until deadline: ContinuousClock.Instant
    ) async throws(QAPIError) -> AgentFile {
        let reply = try await execute(
            "guest-file-open", arguments: .object(["path": .string(path), "mode": .string("r")]),
            replySize: ReplySize.scalar, until: deadline)
        return try reading(reply) { (handle) throws(SchemaViolation) in
            guard let handle = handle.integerValue else {
                throw SchemaViolation("", .wrongType, handle)
            }
            return AgentFile(handle: handle)
        }
    }

    /// Reads the next bytes of an open file (`guest-file-read`).
    ///
    /// - Parameters:
    ///   - file: What `openFile` gave.
    ///   - count: How many bytes to read at the most, 1 to `maximumFileRead`.
    ///   - deadline: Latest instant to wait for the reply.
    /// - Returns: No more than was asked for; less at the file's end.
    /// - Throws: As `execute`; `.malformed` when the reply is not what the schema says, or more.
    /// - Source: qemu/qga/qapi-schema.json, `guest-file-read` (since 0.15).
    public func read(
        _ file: AgentFile, count: Int, until deadline: ContinuousClock.Instant
    ) async throws(QAPIError) -> [UInt8] {
        let count = min(max(count, 1), Self.maximumFileRead)
        let reply = try await execute(
            "guest-file-read",
            arguments: .object([
                "handle": .integer(file.handle), "count": .integer(Int64(count)),
            ]), replySize: ReplySize.file, until: deadline)
        return try reading(reply) { (read) throws(SchemaViolation) in
            let length = try read.required("count", in: 0...count)
            let text = try read.required("buf-b64") { $0.stringValue }
            guard text.utf8.count <= (count + 2) / 3 * 4 else {
                throw SchemaViolation("buf-b64", .tooMany, .string(""))
            }
            guard let data = Data(base64Encoded: text), data.count == length else {
                throw SchemaViolation("buf-b64", .outOfRange, .string(text))
            }
            return [UInt8](data)
        }
    }

    /// Closes a file of the guest (`guest-file-close`).
    ///
    /// - Throws: As `execute`.
    /// - Source: qemu/qga/qapi-schema.json, `guest-file-close` (since 0.15).
    public func close(
        _ file: AgentFile, until deadline: ContinuousClock.Instant
    ) async throws(QAPIError) {
        _ = try await execute(
            "guest-file-close", arguments: .object(["handle": .integer(file.handle)]),
            replySize: ReplySize.scalar, until: deadline)
    }

    /// Reads the beginning of a small file, with the file open no longer than that.
    ///
    /// - Parameters:
    ///   - path: The file's name in the guest.
    ///   - count: How many bytes to read at the most, 1 to `maximumFileRead`.
    ///   - deadline: Latest instant to wait for the contents, and until the file is closed.
    /// - Throws: As `execute`. It is only left open when the agent stops answering.
    public func contents(
        ofFile path: String, count: Int, until deadline: ContinuousClock.Instant
    ) async throws(QAPIError) -> [UInt8] {
        let file = try await openFile(path, until: deadline)
        let bytes: [UInt8]
        do throws(QAPIError) {
            bytes = try await read(file, count: count, until: deadline)
        } catch {
            try? await close(file, until: deadline)
            throw error
        }
        try await close(file, until: deadline)
        return bytes
    }
}
