internal import Glibc
internal import Synchronization

/// Opens the connections to one host.
///
/// Over ssh it opens one connection at a time and retries a failed one once: a login takes long,
/// and sshd drops connections at random while about ten of them have not logged in yet.
final class ConnectionOpener: Sendable {
    let uri: String
    /// Whether connections use ssh.
    let usesSSH: Bool
    private let driver: any LibvirtDriver
    private let turn = Mutex(())
    private let pause: Duration

    /// - Parameter pause: The time between the two attempts.
    init(_ uri: String, _ driver: any LibvirtDriver, pause: Duration = .seconds(1)) {
        self.uri = uri
        self.driver = driver
        self.pause = pause
        usesSSH = driver.usesSSH(uri)
    }

    /// Opens a connection; can block for ever.
    ///
    /// - Parameter deadline: The latest instant to start the second attempt.
    func open(
        isReadOnly: Bool, until deadline: ContinuousClock.Instant
    ) throws(LibvirtError) -> any LibvirtConnection {
        do throws(LibvirtError) {
            return usesSSH
                ? try openInTurn(isReadOnly: isReadOnly, until: deadline)
                : try driver.open(uri, isReadOnly: isReadOnly)
        } catch {
            throw error.explained(opening: ConnectionURI(uri))
        }
    }

    private func openInTurn(
        isReadOnly: Bool, until deadline: ContinuousClock.Instant
    ) throws(LibvirtError) -> any LibvirtConnection {
        try turn.withLock { _ throws(LibvirtError) in
            guard .now < deadline else {
                throw LibvirtError(code: LibvirtError.late, message: "no answer in time")
            }
            do throws(LibvirtError) {
                return try driver.open(uri, isReadOnly: isReadOnly)
            } catch {
                // Do not retry when the daemon's socket refused, or ssh or sshd did: that is no
                // random drop by sshd, and hosts count refused logins.
                guard !error.isDenial, !error.isFromRemoteSocket,
                    SSHRefusal(error.message) == nil, .now + pause < deadline
                else { throw error }
            }
            usleep(UInt32(clamping: Int64(pause / .microseconds(1))))
            return try driver.open(uri, isReadOnly: isReadOnly)
        }
    }
}
