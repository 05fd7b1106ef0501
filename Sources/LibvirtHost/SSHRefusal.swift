internal import SafeText

/// A reason of ssh that is the same at each try: it trusts no key of the host, or the host none of
/// the user's.
///
/// libvirt quotes what ssh writes, on one line and at most 1,024 bytes of it. ssh has one language.
///
/// - Source: OpenSSH, `sshconnect.c` (`warn_changed_key`, `verify_host_key`), `sshconnect2.c`;
///   libvirt, `src/rpc/virnetsocket.c` (`virNetSocketReadWire`).
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
            return nil
        }
    }

    private static func quoted(_ text: Substring) -> String {
        String(text).printable(limit: longestQuote)
    }
}
