import Foundation
import Glibc

/// Sockets that take connections and never answer.
public final class SilentSockets {
    /// Where they listen.
    public let paths: [String]
    private let folder: String
    private var descriptors: [Int32] = []

    /// Makes sockets in a folder of their own.
    public init(count: Int) throws {
        folder = try makeLabFolder()
        paths = (0..<count).map { [folder] in "\(folder)/\($0)" }
        for path in paths {
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            descriptors.append(descriptor)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            let size = socklen_t(MemoryLayout<sockaddr_un>.size)
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
            }
            guard result == 0, listen(descriptor, 8) == 0 else {
                throw LabError.system(call: "listen \(path)", errno: errno)
            }
        }
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
