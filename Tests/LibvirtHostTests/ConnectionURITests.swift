import Testing

@testable import LibvirtHost

@Suite("The URI that libvirt connects to")
struct ConnectionURITests {
    private static let settings = ClientSettings(
        """
        # Aliases of this site
        uri_aliases = [
          "far=qemu+ssh://root@far.example/system", # the far one
          'near=qemu+tls://near.example/system',
          "far=qemu:///never",
          "no sign",
          "chain=far", "round=trip", "trip=round",
        ]
        uri_default = "far"
        """.utf8)

    private static func uri(_ text: String, environment: String? = nil) -> ConnectionURI {
        ConnectionURI(text, settings: settings, environmentURI: environment)
    }

    @Test("an alias means its URI, and the first entry counts")
    func aliases() {
        #expect(Self.uri("far").resolved == "qemu+ssh://root@far.example/system")
        #expect(Self.uri("near").resolved == "qemu+tls://near.example/system")
        #expect(Self.uri("chain").resolved == "qemu+ssh://root@far.example/system")
        #expect(["round", "trip"].contains(Self.uri("round").resolved))
        #expect(Self.uri("other").resolved == "other")
        #expect(Self.uri("qemu:///system").resolved == "qemu:///system")
    }

    @Test("an empty URI is the environment's, else the settings', else libvirt's own choice")
    func defaults() {
        #expect(Self.uri("", environment: "qemu+ssh://a/system").resolved == "qemu+ssh://a/system")
        #expect(Self.uri("").resolved == "qemu+ssh://root@far.example/system")
        let none = ConnectionURI("", settings: ClientSettings(), environmentURI: nil)
        #expect(none.resolved == "" && none.withoutPrompts == "")
    }

    @Test(
        "the URI keeps ssh from asking on the terminal",
        arguments: [
            ("qemu+ssh://host/system", "qemu+ssh://host/system?no_tty=1"),
            ("qemu+ssh://host/system?a=b", "qemu+ssh://host/system?a=b&no_tty=1"),
            ("qemu+ssh://host/system?no_tty=0", "qemu+ssh://host/system?no_tty=1"),
            ("qemu+ssh://host/system?no_tty=0&a=b;no_tty", "qemu+ssh://host/system?a=b&no_tty=1"),
            (
                "qemu+ssh://host/system?command=/no_tty=1",
                "qemu+ssh://host/system?command=/no_tty=1&no_tty=1"
            ),
            ("qemu+ssh://host/system#f", "qemu+ssh://host/system?no_tty=1#f"),
            ("QEMU+SSH://host/system?", "QEMU+SSH://host/system?no_tty=1"),
            ("far", "qemu+ssh://root@far.example/system?no_tty=1"),
            ("near", "qemu+tls://near.example/system"),
            ("qemu:///system", "qemu:///system"),
            ("qemu+tls://host+ssh/system", "qemu+tls://host+ssh/system"),
            ("nonsense", "nonsense"),
        ])
    func withoutPrompts(given: String, used: String) {
        #expect(Self.uri(given).withoutPrompts == used)
    }

    @Test(
        "connections over ssh are recognized",
        arguments: [
            ("far", true), ("qemu+libssh://a/system", true), ("qemu+libssh2://a/system", true),
            ("near", false), ("qemu:///system", false), ("qemu+ext://a/system", true),
        ])
    func overSSH(given: String, isOverSSH: Bool) {
        #expect(Self.uri(given).isOverSSH == isOverSSH)
    }
}

@Suite("The settings of libvirt's client library")
struct ClientSettingsTests {
    @Test(
        "the parser skips values of every kind",
        arguments: [
            "uri_default = \"a\"", "uri_default='a'", "  uri_default\t=\t'a' # 'b'\r\n\n",
            "uri_default = \"\"\"a\"\"\"",
            "a = 1\nb = -1\nc = [ ]\nc = ['x'\n,\n'y']\nuri_default='a'",
            "uri_default = 'b'\nuri_default = 'a'", "x-y.z = 'q'\nuri_default = 'a'",
        ])
    func values(text: String) {
        #expect(ClientSettings(text.utf8).defaultURI == "a")
    }

    @Test(
        "a file that libvirt rejects gives empty settings",
        arguments: [
            "uri_default", "uri_default =", "uri_default = a", "uri_default = 'a", "= 'a'",
            "uri_default = 'a' 'b'", "1 = 'a'\nuri_default = 'a'", "uri_default = 'a\n'",
            "uri_default = 'a'\nx = ['a' 'b']", "uri_default = 'a'\nx = ['a'",
            "uri_default = \"\"\"a\"\"",
            "\u{0}", "uri_default = []", "uri_default = ''", "uri_aliases = 'a=b'",
        ])
    func refused(text: String) {
        #expect(ClientSettings(text.utf8) == ClientSettings())
    }

    @Test("a truncated file fails without harm")
    func damage() {
        let text = Array("uri_aliases = [ \"a=b\", 'c=d' ] # e\nuri_default = \"\"\"f\"\"\"\n".utf8)
        for end in 0...text.count { _ = ClientSettings(text[..<end]) }
        for index in text.indices {
            for byte in Array("[]\"'=#,\n\u{ff}".utf8) {
                var changed = text
                changed[index] = byte
                _ = ClientSettings(changed)
            }
        }
    }

    @Test(
        "only a socket of this host has a local part",
        arguments: [
            ("qemu:///system", "/system"), ("qemu+unix:///session", "/session"),
            ("qemu+unix:///system?socket=/x/y", "/system"), ("test:///default", "/default"),
            ("here", "/system"), ("qemu://kvm01/system", nil), ("qemu+tls:///system", nil),
            ("qemu+ssh:///system", nil), ("qemu+ext:///system?command=x", nil), ("far", nil),
            ("esx://root@host/", nil), ("", nil), ("nonsense", nil), ("qemu:///", "/"),
        ] as [(String, String?)])
    func localPart(_ uri: String, _ part: String?) {
        let settings = ClientSettings(
            Array("uri_aliases = [ \"here=qemu:///system\", \"far=qemu+ssh://kvm01/system\" ]".utf8)
        )
        let resolved = ConnectionURI(uri, settings: settings, environmentURI: nil)
        #expect(resolved.localPart == part)
    }
}
