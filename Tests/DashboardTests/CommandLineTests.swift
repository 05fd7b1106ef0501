import CanvasKit
import Foundation
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("the review's change as a command")
struct CommandLineTests {
    private func plan(_ online: CPUMap, _ offline: CPUMap) throws -> ChangePlan {
        let request = try ChangeRequest(online: online, offline: offline)
        let vcpus = CPUMap(0..<8)
        let reading = AgentReading(
            vcpus: GuestVCPUs(
                vcpus: vcpus, online: vcpus.subtracting(online), offlinable: vcpus,
                readAt: SampleFleet.start), version: nil, setSupport: .available)
        guard case .plan(let plan) = request.check(against: reading) else {
            throw CocoaError(.featureUnsupported)
        }
        return plan
    }

    @Test(
        "it names guest, source, both lists and the policy",
        arguments: [
            (
                "web-03", SourceID.libvirt(uri: "qemu:///system"), FailurePolicy.rollBack,
                "vcputop set --connect qemu:///system --online=1 --offline=6-7 web-03"
            ),
            // An alias of libvirt's configuration has no form of its own.
            (
                "web-03", .libvirt(uri: "far"), .rollBack,
                "vcputop set --connect far --online=1 --offline=6-7 web-03"
            ),
            (
                "web-03", .libvirt(uri: "agent:far"), .rollBack,
                "vcputop set --connect agent:far --online=1 --offline=6-7 web-03"
            ),
            (
                "web 03", .agentSocket(path: "/run/a b.sock"), .keepGoing,
                "vcputop set --agent 'web 03=/run/a b.sock' --online=1 --offline=6-7 "
                    + "--keep-going 'web 03'"
            ),
            ("-x", .simulation, .rollBack, "vcputop set --online=1 --offline=6-7 -- -x"),
            ("it's", .simulation, .rollBack, "vcputop set --online=1 --offline=6-7 'it'\\''s'"),
            ("$(id)", .simulation, .rollBack, "vcputop set --online=1 --offline=6-7 '$(id)'"),
            ("=ls", .simulation, .rollBack, "vcputop set --online=1 --offline=6-7 '=ls'"),
            ("東京", .simulation, .rollBack, "vcputop set --online=1 --offline=6-7 '東京'"),
        ])
    func command(name: String, source: SourceID, policy: FailurePolicy, expected: String) throws {
        let command = SetCommandLine(
            GuestID(source: source, name: name), try plan([1], [6, 7]), policy)
        #expect(command?.words.joined(separator: " ") == expected)
    }

    @Test(
        "a name that the screen cannot show as it is makes no command",
        arguments: ["a\nb", "a\u{1B}[0mb", "a\u{202E}b", String(repeating: "x y", count: 200)])
    func unprintable(name: String) throws {
        #expect(
            SetCommandLine(GuestID(source: .simulation, name: name), try plan([1], []), .rollBack)
                == nil)
    }

    @Test("a name with an equals sign cannot be given together with a socket")
    func equalsSign() throws {
        let plan = try plan([1], [])
        #expect(
            SetCommandLine(
                GuestID(source: .agentSocket(path: "/run/x"), name: "a=b"), plan, .rollBack) == nil)
        #expect(
            SetCommandLine(
                GuestID(source: .libvirt(uri: "qemu:///system"), name: "a=b"), plan, .rollBack)
                != nil)
    }

    @Test("a shell reads back the same words, over several lines too")
    func shell() throws {
        for name in ["web-03", "it's; rm -rf ~ `id` $HOME \\ \"x\" *", "東京 #1", "-", "a+b!c"] {
            let guest = GuestID(source: .agentSocket(path: "/run/\(name)"), name: name)
            let command = try #require(
                SetCommandLine(guest, try plan([1], [6, 7]), .keepGoing))
            let text = command.lines(width: 30, .unicode).joined(separator: "\n")
            let shell = Process()
            shell.executableURL = URL(filePath: "/bin/sh")
            shell.arguments = ["-c", "vcputop() { printf '%s\\n' \"$@\"; }; \(text)"]
            let output = Pipe()
            shell.standardOutput = output
            try shell.run()
            let read = output.fileHandleForReading.readDataToEndOfFile()
            var expected = [
                "set", "--agent", "\(name)=/run/\(name)", "--online=1", "--offline=6-7",
                "--keep-going",
            ]
            if name.hasPrefix("-") { expected.append("--") }
            expected.append(name)
            #expect(
                String(decoding: read, as: UTF8.self).split(separator: "\n").map(String.init)
                    == expected)
        }
    }
}
