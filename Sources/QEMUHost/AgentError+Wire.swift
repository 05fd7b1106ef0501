internal import Glibc
internal import GuestVCPU
internal import QAPI
package import UnixSockets

extension AgentError {
    /// Converts an error of the protocol.
    ///
    /// The argument has a label because `QAPIError` and `Kind` have cases of the same name.
    init(wire error: QAPIError) {
        switch error {
        case .timedOut: self.init(.unresponsive)
        case .closed, .notReady: self.init(.disconnected)
        case .failed(let number): self.init(.disconnected, text(of: number))
        case .notFound(let command): self.init(.unsupported, command)
        case .disabled(let command): self.init(.blocked, command)
        case .frozen: self.init(.frozen)
        case .guest(let name, let description):
            self.init(.error, description.isEmpty ? name : description)
        case .malformed(let malformation, let excerpt):
            let what = malformation.summary
            self.init(.malformed, excerpt.isEmpty ? what : "\(what): \(excerpt)")
        case .tooLarge: self.init(.malformed, "the reply's line is too long")
        }
    }

    /// Converts the reason why a connection to a socket failed.
    init(connect error: UnixSocketError, path: String) {
        switch error {
        case .denied(let number):
            self.init(.denied, "\(path): \(text(of: number))")
        case .queueFull:
            self.init(.busy, "\(path): its queue is full of other clients")
        case .missing(let number), .refused(let number), .inUse(let number), .failed(let number):
            self.init(.disconnected, "\(path): \(text(of: number))")
        case .pathHangs:
            self.init(.disconnected, "\(path): its file system does not answer")
        case .notASocket: self.init(.disconnected, "\(path): not a socket")
        case .notAStream: self.init(.disconnected, "\(path): not a stream socket")
        case .pathEmpty: self.init(.disconnected, "the socket's path is empty")
        case .pathContainsNUL: self.init(.disconnected, "the socket's path holds a NUL")
        case .pathTooLong(let length, let limit):
            self.init(
                .disconnected, "\(path): a path of \(length) bytes; a socket's may have \(limit)")
        case .shortage(let shortage):
            // The error is ours, not the guest's: its socket may be fine.
            self.init(.error, "\(path) was not tried: \(shortage.summary)", isOurs: true)
        case .cancelled: self.init(.disconnected, text(of: ECANCELED))
        }
    }
}

extension Shortage {
    /// The resource that has run out, and what to do about it.
    package var summary: String {
        switch self {
        case .descriptorsOfProcess:
            "this program has no file descriptors left; raise their limit with 'ulimit -n'"
        case .descriptorsOfHost:
            "this host has no file descriptors left; see fs.file-max and "
                + "/proc/sys/fs/file-nr"
        case .memory: "this host has no memory left"
        case .threads: "this program may start no more threads; raise their limit with 'ulimit -u'"
        }
    }
}

/// The system's text for an error number.
private func text(of number: Int32) -> String { String(cString: strerror(number)) }

extension Malformation {
    fileprivate var summary: String {
        switch self {
        case .notJSON(let error): "the reply is not valid JSON at byte \(error.offset)"
        case .notReply: "the reply is neither a return nor an error"
        case .unsolicited: "a reply came that no command asked for"
        case .schema(let path, .missing): "\(path) is missing"
        case .schema(let path, .wrongType): "\(path) has the wrong type"
        case .schema(let path, .outOfRange): "\(path) is out of range"
        case .schema(let path, .duplicate): "\(path) is given twice"
        case .schema(let path, .empty): "\(path) is empty"
        case .schema(let path, .tooMany): "\(path) is too long"
        }
    }
}
