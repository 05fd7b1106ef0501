import CLibvirt
import Foundation
import Glibc
import Testing

@testable import LibvirtHost

@Suite("The words for a connection that cannot be opened")
struct OpeningFailureTests {
    private static func words(
        _ uri: String, _ code: Int, _ systemError: Int32 = 0, _ message: String,
        cause: String? = nil
    ) -> String {
        var error = LibvirtError(number: code, systemError: systemError, message: message)
        error.cause = cause
        let target = ConnectionURI(uri, settings: ClientSettings(), environmentURI: nil)
        let explained = error.explained(opening: target)
        // What counts afterwards is kept.
        #expect(explained.code == error.code && explained.systemError == error.systemError)
        return explained.message
    }

    /// OpenSSH 9.2's warning as libvirt passes it on.
    private static let changedKey =
        "Cannot recv data: @@@@@@  @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @  @@@@@@"
        + "  IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!  The fingerprint for the ED25519 "
        + "key sent by the remote host is SHA256:hivw3QtMznRUkyEQh8E1gZGff51HcRwQAFPxT7AnHcU.  "
        + "Please contact your system administrator.  Add correct host key in /root/.ssh/known_hosts "
        + "to get rid of this message.  Offending ED25519 key in /root/.ssh/known_hosts:7  "

    @Test("a changed host key is said without the banner, whole or cut by libvirt")
    func changedHostKey() {
        let whole =
            Self.changedKey + "Host key for [kvm01]:22 has changed and you have requested strict "
            + "checking.  Host key verification failed.: Connection reset by peer"
        let start = "ssh refuses the host: its key is not the one in /root/.ssh/known_hosts:7; find"
        for (message, end) in [
            (whole, "ssh-keygen -R '[kvm01]:22'"), (Self.changedKey, "ssh-keygen -R NAME"),
        ] {
            let words = Self.words(
                "qemu+ssh://kvm01/system", VIR_ERR_SYSTEM_ERROR, ECONNRESET, message)
            #expect(words.hasPrefix(start) && words.hasSuffix(end), "\(words)")
        }
    }

    @Test(
        "a host key that is not known names the command that accepts it",
        arguments: [
            ("qemu+ssh://kvm01/system", "ssh kvm01"),
            ("qemu+ssh://root@kvm01:2222/system?no_tty=1", "ssh -p 2222 root@kvm01"),
            ("qemu+ssh://[fe80::1]/system", "ssh '[fe80::1]'"),
            ("qemu+ssh://[fe80::1]:22/system", "ssh -p 22 '[fe80::1]'"),
            ("qemu+ssh://a;reboot/system", "ssh 'a;reboot'"),
        ])
    func unknownHostKey(uri: String, command: String) {
        let words = Self.words(
            uri, VIR_ERR_SYSTEM_ERROR, ECONNRESET,
            "Cannot recv data: Host key verification failed.: Connection reset by peer")
        #expect(words.hasSuffix("once: \(command)"), "\(words)")
    }

    @Test("a refused login keeps ssh's words and a socket's refusal keeps libvirt's")
    func refusedLogin() {
        let words = Self.words(
            "qemu+ssh://kvm01/system", VIR_ERR_SYSTEM_ERROR, ECONNRESET,
            "Cannot recv data: \u{1b}[31mroot@kvm01: Permission denied (publickey).: Connection "
                + "reset by peer")
        #expect(words.contains("root@kvm01: Permission denied (publickey); ssh asks for nothing"))
        #expect(!words.contains("\u{1b}"))
        let socket =
            "Cannot recv data: Failed to connect socket to '/run/libvirt/libvirt-sock': Permission "
            + "denied: Connection reset by peer"
        #expect(
            Self.words("qemu+ssh://kvm01/system", VIR_ERR_SYSTEM_ERROR, ECONNRESET, socket)
                == socket)
        #expect(
            Self.words(
                "qemu+ssh://kvm01/system", VIR_ERR_SYSTEM_ERROR, EIO,
                "End of file while reading data: Input/output error"
            ).hasSuffix("'ssh -o BatchMode=yes kvm01 true' may say why"))
    }

    @Test(
        "libssh and libssh2 get the same advice, by virsh, which can ask",
        arguments: [
            ("libssh transport error", "libssh"), ("SSH transport error", "libssh2"),
        ])
    func sshLibraries(prefix: String, transport: String) {
        let uri = "qemu+\(transport)://root@kvm01/system"
        let unknown = Self.words(
            uri, VIR_ERR_AUTH_FAILED, 0, "\(prefix): failed to retrieve decision to accept host key"
        )
        #expect(unknown.contains("~/.config/libvirt/known_hosts"))
        #expect(unknown.hasSuffix(": virsh -c \(uri) version"), "\(unknown)")

        for (port, name) in [(22, "kvm01"), (2222, "'[kvm01]:2222'")] {
            let changed = Self.words(
                uri, VIR_ERR_AUTH_FAILED, 0,
                "authentication failed: !!! SSH HOST KEY VERIFICATION FAILED !!!: Identity of host "
                    + "'kvm01:\(port)' differs from stored identity. Please verify the new host key "
                    + "'2c:cb:af' to avoid possible man in the middle attack. The key is stored in "
                    + "'/root/.config/libvirt/known_hosts'.")
            #expect(changed.hasPrefix("ssh refuses the host: its key is not the one in /root/"))
            #expect(
                changed.hasSuffix(
                    "ssh-keygen -R \(name) -f /root/.config/libvirt/known_hosts"), "\(changed)")
        }

        for denial in [
            "authentication failed: Password request failed",
            "\(prefix): failed to retrieve private key passphrase: callback has failed",
            "authentication failed: All provided authentication methods with credentials were "
                + "rejected by the server",
            "\(prefix): failed to authenticate: Access denied for 'publickey'. Authentication that "
                + "can continue: publickey,password",
            "authentication failed: authentication with private key '/k' has failed: "
                + "Username/PublicKey combination invalid",
        ] {
            let words = Self.words(uri, VIR_ERR_AUTH_FAILED, 0, denial)
            #expect(words.contains("ssh-add") && words.count < 250, "\(words)")
            #expect(SSHRefusal(denial) != nil)
        }
        let ended = "\(prefix): Remote command terminated with non-zero code: 1"
        #expect(Self.words(uri, VIR_ERR_AUTH_FAILED, 0, ended).hasSuffix("qemu+ssh alone"))
        let other = "unable to connect to server at 'kvm01:22': Connection refused"
        #expect(Self.words(uri, VIR_ERR_SYSTEM_ERROR, ECONNREFUSED, other) == other)
    }

    @Test("of a host's certificate the cause goes first; without one, the command that shows it")
    func certificate() {
        let message = "authentication failed: Failed to verify peer's certificate"
        let uri = "qemu+tls://kvm01/system"
        #expect(
            Self.words(
                uri, VIR_ERR_AUTH_FAILED, 0, message,
                cause: "Certificate [session] owner does not match the hostname kvm01")
                == "Certificate [session] owner does not match the hostname kvm01 (\(message))")
        #expect(
            Self.words(
                uri, VIR_ERR_AUTH_FAILED, 0, message,
                cause: "Certificate failed validation: The certificate is not trusted."
            ).contains("it has expired"))
        #expect(
            Self.words(uri, VIR_ERR_AUTH_FAILED, 0, message).contains("virsh -c \(uri) version"))
        #expect(
            Self.words(
                uri + "?pkipath=/pki", VIR_ERR_SYSTEM_ERROR, EIO,
                "Unable to read TLS confirmation: Input/output error"
            ).hasSuffix("or there is none (/pki/clientcert.pem)"))
    }

    @Test("a password is blamed over TCP and TLS alone, and polkit on a socket")
    func passwords() {
        let missing = "authentication failed: Failed to collect auth credentials"
        for uri in ["qemu+tcp://a/system", "qemu+tls://a/system"] {
            #expect(Self.words(uri, VIR_ERR_AUTH_FAILED, 0, missing).contains("auth.conf"))
            #expect(
                Self.words(uri, VIR_ERR_AUTH_FAILED, 0, "ошибка").contains("does not accept"))
            #expect(Self.words(uri, VIR_ERR_SYSTEM_ERROR, ECONNREFUSED, "no") == "no")
        }
        let handshake = "authentication failed: TLS handshake failed Error in the pull function."
        #expect(Self.words("qemu+tls://a/system", VIR_ERR_AUTH_FAILED, 0, handshake) == handshake)
        let agent = "authentication unavailable: no polkit agent available to authenticate"
        #expect(
            Self.words("qemu:///system", VIR_ERR_AUTH_UNAVAILABLE, 0, agent).contains("the group"))
        #expect(
            Self.words("qemu:///system", VIR_ERR_AUTH_FAILED, 0, "access denied by policy")
                .contains("the group"))
        #expect(Self.words("qemu:///system", VIR_ERR_AUTH_FAILED, 0, "no") == "no")
    }

    @Test("a thread's own errors are found in libvirt's log, whatever else is in it")
    func log() {
        let text = """
            2026-11-26 13:17:07.500+0000: 40: info : libvirt version: 9.0.0
            2026-11-26 13:17:07.500+0000: 40: error : virNetTLSContextCheckCertDN:391 : [a] : b: c
            2026-11-26 13:17:07.500+0000: 41: error : virNetSocketReadWire:1793 : another thread's
            2026-11-26 13:17:07.500+0000: 40: warning : virNetTLSContextCheckCertificate:1086 : no
            torn
            2026-11-26 13:17:07.500+0000: 40: error : virNetTLSContextCheckCertificate:1088 : last
            2026-11-26 13:17:07.500+0000: 40: error :
            """
        #expect(LibraryLog.errors(in: text, of: 40) == ["[a] : b: c", "last"])
        #expect(LibraryLog.errors(in: text, of: 4) == [])
        #expect(LibraryLog.errors(in: "", of: 40) == [])
    }

    @Test("the log is read from where a call began, and emptied when it is long")
    func longLog() throws {
        let log = try #require(LibraryLog())
        let file = try #require(FileHandle(forWritingAtPath: log.path))
        func write(_ text: String) throws {
            try file.seekToEnd()
            try file.write(contentsOf: Data("T: \(getpid()): error : f:1 : \(text)\n".utf8))
        }
        // The main thread has the process's number; this is another one.
        #expect(log.errors(from: 0) == [])
        try write("early")
        let start = log.size
        #expect(start > 0)
        log.limit()
        #expect(log.size == start)
        for _ in 0..<10_000 { try write("one that is written again and again") }
        log.limit()
        #expect(log.size == 0)
        #expect(log.errors(from: start) == [])
    }
}
