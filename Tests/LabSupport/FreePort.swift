import Glibc
import Synchronization

/// TCP ports of 127.0.0.1 for servers of the lab.
public enum FreePort {
    private static let given = Mutex<Set<UInt16>>([])

    /// A port that nothing uses, and that was not given before.
    ///
    /// It is below those that the kernel gives to clients, so it stays free.
    public static func find() throws -> Int {
        for _ in 0..<100 {
            let port = UInt16.random(in: 20_000..<32_000)
            if isFree(port), given.withLock({ $0.insert(port).inserted }) { return Int(port) }
        }
        throw LabError.unexpected("100 ports are all in use")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
