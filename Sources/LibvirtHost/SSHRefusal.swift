internal import SafeText

/// A reason of ssh that is the same at each try: it trusts no key of the host, or the host none of
/// the user's.
///
/// libvirt quotes what ssh writes, on one line and at most 1,024 bytes of it. ssh has one language.
/// With libssh and libssh2, libvirt writes the reasons itself, in English here.
///
/// - Source: OpenSSH, `sshconnect.c` (`warn_changed_key`, `verify_host_key`), `sshconnect2.c`;
///   libvirt, `src/rpc/virnetsocket.c` (`virNetSocketReadWire`), `virnetlibsshsession.c`,
///   `virnetsshsession.c`.
enum SSHRefusal: Hashable, Sendable {
    /// The host's key is another one than known_hosts has; the file and line, and the host's name in
    /// it, where ssh tells them.
    case hostKeyChanged(place: String?, name: String?)
    /// The host's key is not in known_hosts.
    case hostKeyUnknown
    /// The host accepts no key that ssh offers; the part of the text that says so.
    case loginDenied(String)

    /// The longest part of ssh's text that is quoted, in characters.
    private static let longestQuote = 150

    /// Finds the reason in libvirt's message; nil when there is none.
    init?(_ message: String) {
        if message.contains("REMOTE HOST IDENTIFICATION HAS CHANGED") {
            let place = message.firstMatch(of: #/Offending \S+ key in ([^\s:]+:\d+)/#)
            let name = message.firstMatch(of: #/Host key for (\S+) has changed/#)
            self = .hostKeyChanged(
                place: (place?.1).map(Self.quoted), name: (name?.1).map(Self.quoted))
        } else if message.contains("Host key verification failed") {
            self = .hostKeyUnknown
        } else if let denial = message.firstMatch(of: #/(\S+: )?Permission denied \([^)]*\)/#) {
            self = .loginDenied(Self.quoted(denial.0))
        } else {
            self.init(ofLibrary: message)
        }
    }

    private init?(ofLibrary message: String) {
        if message.contains("SSH HOST KEY VERIFICATION FAILED") {
            let place = message.firstMatch(of: #/The key is stored in '([^']+)'/#)
            let host = message.firstMatch(of: #/Identity of host '([^']+):(\d+)'/#)
            let name = host.map { $0.2 == "22" ? "\($0.1)" : "[\($0.1)]:\($0.2)" }
            self = .hostKeyChanged(
                place: (place?.1).map(Self.quoted), name: name.map { Self.quoted($0[...]) })
        } else if message.contains("failed to retrieve decision to accept host key") {
            self = .hostKeyUnknown
        } else if let denial = Self.libraryDenials.lazy.compactMap(message.firstRange).first {
            self = .loginDenied(Self.quoted(message[denial.lowerBound...]))
        } else {
            return nil
        }
    }

    /// What the libraries say of a login that the host refuses, or for which a question would have
    /// to be asked.
    private static let libraryDenials = [
        "Password request failed", "failed to retrieve private key passphrase",
        "All provided authentication methods with credentials were rejected by the server",
        "Access denied for 'publickey'", "authentication with private key",
        "keyboard interactive authentication failed",
    ]

    private static func quoted(_ text: Substring) -> String {
        String(text).printable(limit: longestQuote)
    }
}
