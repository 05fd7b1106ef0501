internal import Glibc
internal import GuestVCPU
internal import QAPI
package import UnixSockets

extension AgentError {
    /// The condition in an error of the wire.
    ///
    /// Labelled, for `QAPIError` and `Kind` have cases of the same name.
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
        case .tooLarge: self.init(.malformed, "a longer line than a reply can be")
        }
    }

    /// The condition in the reason why a socket could not be connected to.
    init(connect error: UnixSocketError, path: String) {
        switch error {
        case .denied(let number):
            self.init(.denied, "\(path): \(text(of: number))")
        case .queueFull:
            self.init(.busy, "\(path): others wait for it already")
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
            // Not the guest's: its socket may be well.
            self.init(.error, "\(path) was not tried: \(shortage.summary)", isOurs: true)
        case .cancelled: self.init(.disconnected, text(of: ECANCELED))
        }
    }
}

extension Shortage {
    /// What has run out, and what to do.
    package var summary: String {
        switch self {
        case .descriptorsOfProcess:
            "vcputop has no file descriptors left; raise their limit with 'ulimit -n'"
        case .descriptorsOfHost:
            "this host has no file descriptors left for vcputop; see fs.file-max and "
                + "/proc/sys/fs/file-nr"
        case .memory: "this host has no memory left for vcputop"
        }
    }
}

/// The system's words for an error number.
private func text(of number: Int32) -> String { String(cString: strerror(number)) }

extension Malformation {
    fileprivate var summary: String {
        switch self {
        case .notJSON(let error): "no JSON that is read here, at byte \(error.offset)"
        case .notReply: "neither a return nor an error"
        case .unsolicited: "a reply that nothing asked for"
        case .schema(let path, .missing): "no \(path)"
        case .schema(let path, .wrongType): "\(path) is of another type"
        case .schema(let path, .outOfRange): "\(path) is out of range"
        case .schema(let path, .duplicate): "\(path) is given twice"
        case .schema(let path, .empty): "\(path) is empty"
        case .schema(let path, .tooMany): "\(path) is too long"
        }
    }
}
