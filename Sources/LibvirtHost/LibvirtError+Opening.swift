internal import CLibvirt
internal import Glibc
internal import SafeText

extension LibvirtError {
    /// The error of a connection that cannot be opened, with what an administrator can do about it.
    ///
    /// The library's own messages are in English here, since this program sets no language for
    /// messages; those of a daemon can be in any language, so they are never looked at alone.
    func explained(opening uri: ConnectionURI) -> LibvirtError {
        guard let words = words(opening: uri) else { return self }
        var explained = LibvirtError(code: code, systemError: systemError, message: words)
        explained.isFromSSH = uri.isOverSSH && SSHRefusal(message) != nil
        return explained
    }

    private func words(opening uri: ConnectionURI) -> String? {
        // libvirt gives no reason at all for this one.
        if message.contains("cause is unknown"), let file = uri.parameter("authfile"),
            !file.contains("%"), access(file, R_OK) != 0
        {
            return "the auth file \(file.printable(limit: 150)) cannot be read"
        }
        switch uri.transport {
        case "ssh": return sshWords(uri)
        case "libssh", "libssh2": return sshLibraryWords(uri)
        case "tls": return tlsWords(uri) ?? passwordWords
        case "tcp": return passwordWords
        default: return polkitWords
        }
    }

    // MARK: - ssh

    private func sshWords(_ uri: ConnectionURI) -> String? {
        guard let destination = uri.sshDestination else { return nil }
        switch SSHRefusal(message) {
        case .hostKeyChanged(let place, let name):
            return changedKeyWords(place, name)
        case .hostKeyUnknown:
            return "ssh does not know the host's key (Host key verification failed); "
                + "compare it and accept it by hand, once: ssh \(destination)"
        case .loginDenied(let words):
            return "\(words); ssh asks for nothing here, so it needs a key without a passphrase or "
                + "one that an agent holds (ssh-add): 'ssh -o BatchMode=yes \(destination) true' "
                + "must succeed"
        case nil:
            // What ssh wrote was too long for libvirt, or ssh wrote nothing.
            guard isLostConnection, message.count(where: { $0 == ":" }) < 2 else { return nil }
            return "\(message); 'ssh -o BatchMode=yes \(destination) true' may say why"
        }
    }

    /// libssh and libssh2 read no configuration of ssh, and have known hosts of their own.
    private func sshLibraryWords(_ uri: ConnectionURI) -> String? {
        switch SSHRefusal(message) {
        case .hostKeyChanged(let place, let name):
            return changedKeyWords(place, name) + " -f " + (place.map(\.shellWord) ?? "FILE")
        case .hostKeyUnknown:
            return "the host's key is not in libvirt's own known hosts "
                + "(~/.config/libvirt/known_hosts or the URI's known_hosts=FILE); compare it and "
                + "accept it by hand, once: virsh -c "
                + "\(uri.resolved.printable(limit: 150).shellWord) version"
        case .loginDenied(let words):
            return "\(words); nothing is asked for here: it needs a key without a passphrase "
                + "(keyfile=FILE) or one in an agent (ssh-add), so that virsh connects and asks nothing"
        case nil:
            guard message.contains("Remote command terminated") else { return nil }
            return "\(message); what the host said of it is shown with qemu+ssh alone"
        }
    }

    private func changedKeyWords(_ place: String?, _ name: String?) -> String {
        "ssh refuses the host: its key is not the one in \(place ?? "known_hosts"); find out why, "
            + "and only then remove the old one: ssh-keygen -R " + (name.map(\.shellWord) ?? "NAME")
    }

    // MARK: - Certificates

    private func tlsWords(_ uri: ConnectionURI) -> String? {
        if code == VIR_ERR_AUTH_FAILED, message.contains("certificate") {
            guard let cause else {
                let name = uri.resolved.printable(limit: 150).shellWord
                return "\(message); it has expired, is for another name or is from another CA: "
                    + "the log of \"virsh -c \(name) version\" says which"
            }
            // libvirt has no words of its own for a certificate that has expired.
            return cause
                + (cause.contains("is not trusted")
                    ? " Most often it has expired, or this machine's clock is wrong" : "")
                + " (\(message))"
        }
        guard isLostConnection else { return nil }
        let folder = uri.parameter("pkipath").map { "\($0.printable(limit: 150))/" } ?? ""
        return "\(message); the host may have refused this client's certificate, or there is none "
            + "(\(folder)clientcert.pem)"
    }

    // MARK: - Passwords and polkit

    private static let authFile = "~/.config/libvirt/auth.conf or the URI's authfile=FILE"

    private var passwordWords: String? {
        guard [VIR_ERR_AUTH_FAILED, VIR_ERR_AUTH_CANCELLED].contains(Int(code)),
            !message.contains("TLS")
        else { return nil }
        return message.contains("auth credentials")
            ? "\(message); nothing is asked for here: libvirt takes the name and the password from "
                + Self.authFile
            : "\(message); the host does not accept the name and the password of \(Self.authFile)"
    }

    private var polkitWords: String? {
        let mend =
            "join the group of libvirt's users (Debian: libvirt), or have a rule of polkit allow "
            + "this user"
        switch Int(code) {
        case VIR_ERR_AUTH_UNAVAILABLE where message.contains("polkit"):
            return "\(message); nothing is asked for here: \(mend)"
        case VIR_ERR_AUTH_FAILED where message.contains("policy"): return "\(message); \(mend)"
        default: return nil
        }
    }

    private var isLostConnection: Bool {
        code == VIR_ERR_SYSTEM_ERROR && [EIO, ECONNRESET, EPIPE].contains(systemError)
    }
}
