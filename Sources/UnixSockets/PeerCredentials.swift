internal import Glibc

/// The process at the other end of a socket: the one that listened, or the one that connected.
///
/// - Source: unix(7), `SO_PEERCRED`.
package struct PeerCredentials: Hashable, Sendable {
    /// The process's number; nil when the process is in a PID namespace that is not visible here.
    package let processID: Int32?
    /// The process's effective user.
    package let userID: UInt32
    /// The process's effective group.
    package let groupID: UInt32

    /// Reads the credentials from the system.
    init(of descriptor: Int32) throws(UnixSocketError) {
        // These are the three 32-bit members of `struct ucred` (pid, uid, gid), which the Glibc
        // module does not export.
        var words: [UInt32] = [0, 0, 0]
        var size = socklen_t(words.count * MemoryLayout<UInt32>.stride)
        let whole = size
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &words, &size) == 0 else {
            throw .failed(errno: errno)
        }
        guard size == whole else { throw .failed(errno: EPROTO) }
        let processID = Int32(bitPattern: words[0])
        self.processID = processID > 0 ? processID : nil
        userID = words[1]
        groupID = words[2]
    }
}
