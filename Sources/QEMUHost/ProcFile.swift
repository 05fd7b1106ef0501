internal import Glibc
internal import UnixSockets

/// Reads files of `/proc`, or of a tree that looks like it.
///
/// The functions block. A file that cannot be read counts as missing, since every file may vanish
/// at any time. A shortage on our side says nothing about a file, so it is an error.
enum ProcFile {
    /// Reads a small file.
    ///
    /// procfs returns a file in one piece, but a command line page by page.
    ///
    /// - Parameter limit: The most bytes to read.
    /// - Returns: Nil when the file is missing or empty.
    static func contents(_ path: String, limit: Int) throws(Shortage) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return try absence(errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var error: Int32 = 0
        withUnsafeTemporaryAllocation(byteCount: min(limit, 4096), alignment: 1) { buffer in
            while bytes.count < limit {
                let count = read(
                    descriptor, buffer.baseAddress, min(buffer.count, limit - bytes.count))
                if count < 0 { error = errno }
                guard count > 0 else { break }
                bytes += buffer.prefix(count)
            }
        }
        if error != 0 { return try absence(error) }
        return bytes.isEmpty ? nil : bytes
    }

    /// The target of a symbolic link.
    static func link(_ path: String) throws(Shortage) -> String? {
        var bytes = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &bytes, bytes.count)
        guard count >= 0 else { return try absence(errno) }
        guard count > 0, count < bytes.count else { return nil }
        return String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The entries of a folder whose names are numbers above 0, ascending.
    static func numbers(in folder: String, atMost limit: Int) throws(Shortage) -> [Int32] {
        guard let entries = opendir(folder) else { return try absence(errno) ?? [] }
        defer { closedir(entries) }
        var numbers: [Int32] = []
        while numbers.count < limit, let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let number = Int32(name), number > 0 { numbers.append(number) }
        }
        return numbers.sorted()
    }

    private static func absence<Value>(_ number: Int32) throws(Shortage) -> Value? {
        if let shortage = Shortage(errno: number) { throw shortage }
        return nil
    }
}
