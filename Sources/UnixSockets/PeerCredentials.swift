internal import Glibc

/// Who is at the other end of a socket: the process that listened, or that connected.
///
/// - Source: unix(7), `SO_PEERCRED`.
package struct PeerCredentials: Hashable, Sendable {
    /// The process; nil when it is in a PID namespace that this one cannot see into.
    package let processID: Int32?
    /// Its effective user.
    package let userID: UInt32
    /// Its effective group.
    package let groupID: UInt32

    /// Asks the system.
    init(of descriptor: Int32) throws(UnixSocketError) {
        // `struct ucred`: pid, uid, gid, of 32 bits each; the Glibc module does not show it.
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
