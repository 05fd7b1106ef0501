internal import CLinux

/// The clients of a process that listens at a socket.
package enum SocketClients {
    /// The most clients to tell; QEMU serves one at a time.
    private static let most = 16

    /// Finds the sockets that are connected to the listener at a path and that it has accepted.
    ///
    /// Blocks while the kernel lists its sockets, and where the path's file system hangs.
    ///
    /// - Returns: The sockets' numbers, as in `socket:[NUMBER]` of a process's descriptors; nil where
    ///   the kernel does not tell.
    package static func sockets(connectedTo path: String) -> [UInt32]? {
        var numbers = [UInt32](repeating: 0, count: most)
        let count = linux_find_clients(path, &numbers, Int32(most))
        return count < 0 ? nil : Array(numbers.prefix(Int(count)))
    }
}
