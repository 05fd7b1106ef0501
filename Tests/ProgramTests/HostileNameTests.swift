import Foundation
import GuestVCPU
import LabSupport
import SafeText
import Simulation
import Testing

@Suite("names never reach a terminal or a stream as anything but text")
struct HostileNameTests {
    /// Commands of several kinds, what reorders a line, and what cannot be seen.
    private static let name =
        "ev\u{1B}]0;owned\u{7}il\u{1B}[2J\u{9B}31m\r\nroot: ok\u{202E}\u{200B}\u{34F}\u{3164}\u{E0100}x"

    /// That a text is lines of what can be seen.
    private func expectPrintable(
        _ text: String, _ command: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        // The lines of CSV end in both.
        let lines = text.replacing("\r\n", with: "\n")
        let hidden = lines.unicodeScalars.filter { !$0.isVisible && $0 != "\n" }
        #expect(hidden.isEmpty, "\(command): \(text)", sourceLocation: sourceLocation)
        let forged = text.split(separator: "\n").contains { $0.hasPrefix("root: ok") }
        #expect(!forged, "\(command): \(text)", sourceLocation: sourceLocation)
    }

    @Test("whatever a command prints of a hostile name, of its guest or of its source")
    func commands() async throws {
        let name = Self.name
        try await withSimulatedAgent(SimulatedGuest(count: 4)) { agent in
            let folder = agent.path.dropLast("a.sock".count)
            let odd = "\(folder)\(name.filter { $0 != "\r\n" })"
            try FileManager.default.createSymbolicLink(
                atPath: odd, withDestinationPath: agent.path)
            let guest = ["--agent", "\(name)=\(agent.path)"]
            let place = ["--agent", "web=\(odd)"]
            let gone = ["--agent", "\(name)=\(agent.path).gone"]
            for arguments in [
                ["list"] + guest, ["list"] + place, ["list"] + gone, ["list", name] + place,
                ["list", "--json"] + guest, ["list", "--json"] + place, ["list", "--json"] + gone,
                ["list", "--format", "csv"] + guest, ["list", "--format", "csv"] + place,
                ["list", "--format", "openmetrics"] + guest,
                ["list", "--format", "prometheus"] + place,
                ["list", "--filter", name] + guest, ["list", "--sort", name] + guest,
                ["list", "--format", name] + guest,
                ["list", "--output", "/nowhere/\(name)"] + guest,
                ["set", name, "--offline", "1"] + guest, ["set", name, "--online", "1"] + guest,
                ["set", name, "--offline", "0-3"] + guest, ["set", name, "--offline", "9"] + guest,
                ["set", name, "--offline", "1", "--dry-run"] + guest,
                ["set", name, "--offline", "1", "--json", "--dry-run"] + guest,
                ["set", name, "--offline", "1"] + gone,
                ["set", name, "--offline", "1", "--json"] + gone,
                ["set", name, "--offline", "1"] + place, ["set", "web", "--offline", "1"] + guest,
                ["set", "web", "--offline", name] + place,
                ["set", "web", "--offline", "1"] + guest + guest,
                ["list", "--agent", name], ["list", "--qmp", "\(name)=/x"], [name],
                ["list", "--\(name)"], ["list", "--interval", name], ["demo", "--guests", name],
                ["list", "--connect", name], ["list", "--connect", "test:///\(name)"],
                ["help", name], ["--theme", name],
            ] {
                let finished = try await Program.finished(arguments)
                let command = arguments.joined(separator: " ").printable()
                expectPrintable(finished.output, command)
                expectPrintable(finished.errors, command)
                #expect(!(finished.output + finished.errors).isEmpty, "\(command)")
            }
        }
    }

    @Test("a long name, or a long path, makes no line of the table much wider")
    func longNames() async throws {
        let name = String(repeating: "n", count: 4_000)
        let finished = try await Program.finished([
            "list", "--agent", "\(name)=/nonexistent/a.sock", "--agent", "web=/\(name)",
        ])
        let lines = finished.output.split(separator: "\n")
        #expect(lines.count == 3 && lines.allSatisfy { $0.count < 400 }, "\(lines.map(\.count))")
        let json = try await Program.finished([
            "list", "--json", "--agent", "\(name)=/nonexistent/a.sock",
        ])
        #expect(json.output.contains("\"\(name)\""))
    }

    @Test("JSON has names as they are, so that they can be handed back")
    func json() async throws {
        let name = Self.name + "é東👨‍👩‍👧❤️e\u{301}" + String(repeating: "\u{302}", count: 40)
        try await withSimulatedAgent(SimulatedGuest(count: 4)) { agent in
            let guest = ["--agent", "\(name)=\(agent.path)"]
            let list = try await Program.finished(["list", "--json"] + guest)
            let read = try #require(
                JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [String: Any])
            let listed = try #require(read["guests"] as? [[String: Any]]).first?["name"] as? String
            #expect(listed?.unicodeScalars.elementsEqual(name.unicodeScalars) == true)
            let given = try #require(listed)
            let set = try await Program.finished(
                ["set", given, "--offline", "1", "--json"] + guest)
            #expect(set.status == 0)
            let result = try #require(
                JSONSerialization.jsonObject(with: Data(set.output.utf8)) as? [String: Any])
            #expect((result["guest"] as? String) == name)
        }
    }

    @Test("a table stands in columns, whatever cells its names take")
    func columns() async throws {
        let names = ["web", "東京", "e\u{301}", "👨‍👩‍👧", "a\u{34F}b", "한국어", "🇩🇪"]
        let finished = try await Program.finished(
            ["list"]
                + names.enumerated().flatMap { ["--agent", "\($1)=/nowhere/\($0).sock"] })
        let lines = finished.output.split(separator: "\n")
        #expect(lines.count == names.count + 1, "\(finished.errors)")
        for line in lines {
            let head = line.prefix { $0 != " " }
            let gap = line.dropFirst(head.count).prefix { $0 == " " }
            #expect(head.columns + gap.count == 8, "\(line)")
        }
    }
}
