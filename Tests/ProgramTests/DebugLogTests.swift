import Foundation
import Glibc
import GuestVCPU
import LabSupport
import QAPI
import Simulation
import Testing
import UnixSockets

@Suite("The debug log")
struct DebugLogTests {
    private static func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = try PrivateDirectory(prefix: "debug-log-", in: ["/tmp"], longestName: 16)
        defer { folder.remove() }
        try await body(folder.path)
    }

    /// The lines of a log, each checked for its form.
    private static func lines(of path: String) throws -> [String] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let form = #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (debug|warning) \S+: .+/#
        let lines = text.split(separator: "\n").map(String.init)
        for line in lines { #expect(line.wholeMatch(of: form) != nil, "\(line.prefix(200))") }
        #expect(text.hasSuffix("\n"))
        return lines
    }

    @Test("list and set append the whole exchange to a file of one's own")
    func exchange() async throws {
        try await Self.withFolder { folder in
            let log = "\(folder)/log"
            try await withSimulatedAgent(SimulatedGuest(count: 4)) { agent in
                let common = ["--agent", "web=\(agent.path)", "--debug-log", log]
                let list = try await Program.finished(["list"] + common)
                #expect(list.status == 0 && list.errors == "")
                let first = try Self.lines(of: log)
                let place = "agent:\(agent.path)/web: "
                #expect(first.allSatisfy { $0.contains(" debug \(place)") })
                let steps = first.compactMap { $0.components(separatedBy: place).last }
                #expect(steps.first == "connected to \(agent.path), served by \(getpid())")
                #expect(
                    steps.contains { $0.contains(#"sent 30 bytes: {"execute":"guest-get-vcpus"}"#) }
                )
                #expect(steps.contains { $0.starts(with: "received") && $0.contains("logical-id") })
                #expect(steps.last == "closed")

                let set = try await Program.finished(["set", "web", "--offline", "2-3"] + common)
                #expect(set.status == 0 && set.errors == "")
                let both = try Self.lines(of: log)
                #expect(Array(both.prefix(first.count)) == first)
                #expect(
                    both.contains {
                        $0.contains("sent") && $0.contains("guest-set-vcpus")
                            && $0.contains(#""logical-id":2"#)
                    })
                var status = stat()
                #expect(stat(log, &status) == 0)
                #expect(status.st_mode & 0o7777 == 0o600)
            }
        }
    }

    @Test("a guest's escape sequences and its line of 1 MB leave a small, printable log")
    func hostile() async throws {
        try await Self.withFolder { folder in
            let path = "\(folder)/a.sock"
            let listener = try UnixListener(path: path)
            let server = Task {
                for await stream in listener.connections {
                    try? await Self.answerBadly(stream)
                    await stream.close()
                }
            }
            let log = "\(folder)/log"
            let list = try await Program.finished([
                "list", "--timeout", "3", "--agent", "we\u{1B}b=\(path)", "--debug-log", log,
            ])
            #expect(list.status == 0)
            server.cancel()
            await listener.close()
            await server.value

            let text = try String(contentsOfFile: log, encoding: .utf8)
            #expect(text.utf8.count < 300_000)
            let lines = try Self.lines(of: log)
            #expect(lines.allSatisfy { $0.count < 2_500 && $0.utf8.count < 8_000 })
            #expect(
                text.unicodeScalars.allSatisfy {
                    $0 == "\n"
                        || ($0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
                            && $0.value != 0x202E)
                })
            #expect(text.contains("]0;owned"))
            #expect(text.contains("guest-get-vcpus"))
            #expect(text.contains("xxxxxxxx…"))
        }
    }

    private static func answerBadly(_ stream: UnixStream) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        var framer = Framer()
        while true {
            for frame in framer.push(try await stream.receive(until: deadline)) {
                guard case .line(let line, afterReset: _) = frame else { continue }
                let request = try JSON(parsing: line)
                let answer: [UInt8]
                if request["execute"]?.stringValue == "guest-sync-delimited" {
                    let id = request["arguments"]?["id"]?.integerValue ?? 0
                    let noise = "\u{1B}]0;owned\u{07}\u{1B}[2J\u{202E}\r\n"
                    answer = Array(noise.utf8) + [0xFF] + Array("{\"return\": \(id)}\n".utf8)
                } else {
                    answer = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20) + [0x0A]
                }
                try await stream.send(answer, until: deadline)
            }
        }
    }

    @Test("a connection that is refused is in the log")
    func refused() async throws {
        try await Self.withFolder { folder in
            _ = try await Program.finished([
                "list", "--agent", "web=\(folder)/none", "--debug-log", "\(folder)/log",
            ])
            let lines = try Self.lines(of: "\(folder)/log")
            #expect(lines.count == 1)
            #expect(
                lines[0].contains(
                    " warning agent:\(folder)/none/web: cannot connect to \(folder)/none: "))
        }
    }

    @Test("a file that cannot be opened is named before anything is asked, and exits 73")
    func cannotOpen() async throws {
        try await Self.withFolder { folder in
            symlink("/dev/null", "\(folder)/link")
            mkfifo("\(folder)/pipe", 0o600)
            mkdir("\(folder)/locked", 0o500)
            let cases = [
                (folder, "Is a directory"), ("\(folder)/none/log", "No such file or directory"),
                ("\(folder)/link", "Too many levels of symbolic links"),
                ("\(folder)/pipe", "No such device or address"),
                ("\(folder)/locked/log", "Permission denied"),
            ]
            try await withSimulatedAgent(SimulatedGuest(count: 2)) { agent in
                let commands = [
                    ["list"], ["set", "web", "--offline", "1"], ["dashboard"],
                ]
                for command in commands {
                    for (path, reason) in cases {
                        let finished = try Program.runBoundByModes(
                            command + ["--agent", "web=\(agent.path)", "--debug-log", path])
                        #expect(finished.status == 73)
                        #expect(
                            finished.errors.contains(
                                "vcputop: error: cannot open the debug log '\(path)': \(reason)\n"))
                    }
                }
                #expect(await agent.commands.isEmpty)
            }
            let demo = try await Program.finished(["demo", "--serve", "--debug-log", folder])
            #expect(demo.status == 73)
        }
    }

    @Test("a full disk disturbs no change, and is said once at the end")
    func fullDisk() async throws {
        try await withSimulatedAgent(SimulatedGuest(count: 4)) { agent in
            let finished = try await Program.finished([
                "set", "web", "--agent", "web=\(agent.path)", "--offline", "3", "--debug-log",
                "/dev/full",
            ])
            #expect(finished.status == 0)
            #expect(finished.output.contains("committed"))
            let form =
                #/vcputop: \d+ lines are missing in the debug log '/dev/full': No space left on device\n/#
            #expect(finished.errors.wholeMatch(of: form) != nil, "\(finished.errors)")
            #expect(await agent.guest.maps.offline == [3])
        }
    }

    @Test("the option is given once, and names a file")
    func usage() async throws {
        for wrong in [["--debug-log", "/tmp/a", "--debug-log", "/tmp/b"], ["--debug-log", ""]] {
            let finished = try await Program.finished(["list"] + wrong)
            #expect(finished.status == 64)
            #expect(finished.errors.contains("--debug-log"))
        }
    }
}
