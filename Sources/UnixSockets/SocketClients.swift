internal import CLinux

/// A socket that listens, and those of its clients.
///
/// A socket is known by its number, as in `socket:[NUMBER]` of a process's descriptors.
package struct SocketClients: Sendable {
    /// The most clients to tell; QEMU serves one at a time.
    private static let most = 16

    /// The socket that listens.
    package let listener: UInt32
    /// The sockets that are connected to it and that it has accepted.
    package let clients: [UInt32]

    /// Finds the socket that listens at a path.
    ///
    /// Blocks while the kernel lists its sockets, and where the path's file system hangs.
    ///
    /// - Returns: Nil where the kernel does not tell.
    package init?(ofSocketAt path: String) {
        var listener: UInt32 = 0
        var numbers = [UInt32](repeating: 0, count: Self.most)
        let count = linux_find_clients(path, &listener, &numbers, Int32(Self.most))
        guard count >= 0 else { return nil }
        self.listener = listener
        clients = Array(numbers.prefix(Int(count)))
    }
}
