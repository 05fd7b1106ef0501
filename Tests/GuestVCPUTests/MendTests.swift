import Foundation
import Testing

@testable import GuestVCPU

/// Mends are typed: each command in them is one of a shell.
@Suite("Mends as they are typed")
struct MendTests {
    /// The first words of the commands that mends name.
    private static let programs = [
        "sudo ", "virsh ", "vcputop ", "systemctl ", "apt ", "echo ", "kill ", "pgrep ", "ls ",
        "sg ", "dmesg ", "journalctl ",
    ]

    /// The command of a line: all that follows what it is for.
    private static func command(_ line: String) -> String? {
        let starts = [line.startIndex] + line.ranges(of: ": ").map(\.upperBound)
        return starts.lazy.map { line[$0...] }.first { rest in
            programs.contains { rest.hasPrefix($0) }
        }.map(String.init)
    }

    /// The mends of every condition, of sources, and of what is left unread.
    private static var lines: [String] {
        var lines = DiagnosisTests.rows.flatMap { row in
            DiagnosisTests.diagnosis(
                DiagnosisTests.state(
                    .failed(row.error), source: row.source, name: "it's $(one); of (many)"),
                daemon: row.daemon, row.clues
            ).findings.flatMap(\.help)
        }
        let unknown = DiagnosisTests.diagnosis(
            DiagnosisTests.state(.failed(AgentError(.disconnected)))
        ) { $0.socket = SocketAccess(path: "/a b", state: .unknown) }
        let unreported = DiagnosisTests.diagnosis(
            DiagnosisTests.state(.ok, version: "5.2.0", plugged: 5, pairing: .unknown))
        for diagnosis in [unknown, unreported] { lines += diagnosis.findings.flatMap(\.help) }
        for daemon in [
            nil, SocketAccess(path: "/x", state: .missing("/x")), DiagnosisTests.gate(),
            DiagnosisTests.gate(isOpen: false), DiagnosisTests.gate(lists: true),
        ] {
            for (uri, reason) in [
                ("qemu:///system", ""), ("qemu+ssh://a b/system", ""),
                ("qemu:///system", "libvirt.so.0: not found"),
            ] {
                lines += Diagnosis(
                    guest: nil, failed: .libvirt(uri: uri), reason: reason, daemon: daemon,
                    user: "ada"
                ).findings.flatMap(\.help)
            }
        }
        for version in ["5.2.0", "7.2.22", "8.2.0", "10.0.13", nil] {
            lines += Mend.unblocking("guest-get-vcpus", version: version)
        }
        return lines
    }

    @Test("a shell accepts each command that a mend names, to its end")
    func syntax() throws {
        let commands = Set(Self.lines.compactMap(Self.command)).sorted()
        for program in Self.programs {
            #expect(commands.contains { $0.hasPrefix(program) }, "none begins with \(program)")
        }
        for command in commands {
            let shell = Process()
            shell.executableURL = URL(filePath: "/bin/sh")
            shell.arguments = ["-n", "-c", command]
            shell.standardError = FileHandle.nullDevice
            try shell.run()
            shell.waitUntilExit()
            #expect(shell.terminationStatus == 0, "\(command)")
            // A second sentence would be typed too.
            #expect(!command.contains("; ") || command.contains("; of (many)"), "\(command)")
        }
    }

    @Test("no mend names a command in the midst of a sentence")
    func whole() {
        for line in Self.lines where Self.command(line) == nil {
            for program in ["sudo ", "virsh -c", "systemctl "] {
                #expect(!line.contains(program), "\(line)")
            }
        }
    }

    @Test("the path of a socket is escaped for socat, and then for the shell")
    func socat() throws {
        let state = DiagnosisTests.state(
            .failed(AgentError(.frozen)), source: .agentSocket(path: "/run/it's, a:b/web1.sock"))
        let help = DiagnosisTests.diagnosis(state)[.frozen].help
        #expect(
            help.last?.hasSuffix(
                #"| socat -t10 - 'UNIX-CONNECT:/run/it\'\''s\,\ a\:b/web1.sock'"#) == true,
            "\(help)")
        let plain = DiagnosisTests.diagnosis(DiagnosisTests.state(.failed(AgentError(.frozen))))
        #expect(
            plain[.frozen].help.last?.hasSuffix("socat -t10 - UNIX-CONNECT:/run/web1.sock") == true)
    }
}
