import Foundation
import Testing

@testable import vcputop

@Suite("The commands, the files and the words of the README")
struct ReadmeCommandTests {
    private let root: URL
    private let text: String

    init() throws {
        root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        text = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    }

    /// The lines of the code blocks without a language.
    private var code: [String] {
        var lines: [String] = []
        var language: String?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                language = language == nil ? String(line.dropFirst(3)) : nil
            } else if language?.isEmpty == true {
                lines.append(String(line))
            }
        }
        return lines
    }

    @Test("each command line is one that the program understands")
    func commands() throws {
        let commands = code.filter { $0.hasPrefix("vcputop") }
            .compactMap { $0.components(separatedBy: " | ").first }
        #expect(commands.count > 15)
        for line in commands {
            #expect(try CommandLineExample.isUnderstood(line), "\(line)")
        }
        // The check itself can fail.
        #expect(try !CommandLineExample.isUnderstood("vcputop list --wtach"))
        #expect(try !CommandLineExample.isUnderstood("vcputop lsit"))
        #expect(try !CommandLineExample.isUnderstood("vcputop list --sort a --sort b"))
    }

    @Test("it names every command, and each that it names exists")
    func table() throws {
        let shown = (try CommandHelp.whole().subcommands ?? []).filter(\.shouldDisplay)
            .map(\.commandName)
        for name in shown where name != "help" && name != Vcputop.standardCommand {
            #expect(text.contains("| `vcputop \(name)"), "\(name)")
        }
        for match in text.matches(of: /\| `vcputop ([a-z]+)/) {
            #expect(shown.contains(String(match.1)), "\(match.1)")
        }
    }

    @Test("each option that it names is one")
    func options() throws {
        let all = Set(
            (try CommandHelp.whole().subcommands ?? []).flatMap { $0.arguments ?? [] }
                .flatMap(\.spellings))
        let foreign: Set = [
            "--live", "--config", "--guest", "--vcpus", "--show-bin-path", "--disable-local-rpath",
            "--static-swift-stdlib", "--product", "--rounds", Shell.option, "--help",
        ]
        for match in text.matches(of: /--[a-z][a-z-]+/) {
            let name = String(match.0)
            #expect(all.contains(name) || foreign.contains(name), "\(name)")
        }
    }

    @Test("each file of this repository that it names is there")
    func files() {
        let paths = text.matches(of: /(Assets|Sources|Tests)\/[A-Za-z0-9_.\/+-]*[A-Za-z0-9]/)
            .map { String($0.0) }
        #expect(paths.count > 10)
        for path in paths {
            let place = root.appending(path: path).path
            #expect(FileManager.default.fileExists(atPath: place), "\(path)")
        }
    }
}
