import Dashboard
import Foundation
import LabSupport
import Simulation
import TestSupport
import Testing

@testable import vcputop

@Suite("Completions")
struct CompletionTests {
    // MARK: - The line of a POSIX shell

    @Test(
        "a line is split as a shell splits it, and nothing in it is expanded",
        arguments: [
            ("vcputop set w", ["vcputop", "set", "w"]), ("vcputop ", ["vcputop", ""]),
            ("a  'b c' \"d e\"f", ["a", "b c", "d ef"]), ("a b\\ c", ["a", "b c"]),
            ("a 'b", ["a", "b"]), ("a \"b\\\"c", ["a", "b\"c"]), ("a \"b\\c", ["a", "b\\c"]),
            ("a $(touch x) `y` $HOME *", ["a", "$(touch", "x)", "`y`", "$HOME", "*"]),
            ("a 'it'\\''s'", ["a", "it's"]), ("", [""]), ("a ''", ["a", ""]),
        ])
    func line(_ text: String, _ words: [String]) {
        #expect(ShellLine(text).words.map(\.text) == words)
    }

    @Test("what a candidate is spelled as is read as the candidate, after any quotes")
    func spelling() {
        let alphabet = Array("ab '\"\\$`!()*~=:-é\u{301};&|<>{}[]#%^")
        for seed in 0..<3_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            func text(_ counts: ClosedRange<Int>) -> String {
                String(
                    (0..<Int.random(in: counts, using: &random)).map { _ in
                        alphabet.randomElement(using: &random) ?? "a"
                    })
            }
            let (head, rest) = (text(0...3), text(0...6))
            for quote in [ShellLine.Quote.none, .single, .double] {
                let open = quote == .none ? "" : quote == .single ? "'" : "\""
                let typed = "x " + ShellLine.Quote.none.spelling(of: head) + open
                guard let last = ShellLine(typed).words.last, last.quote == quote else {
                    Issue.record("\(typed)")
                    continue
                }
                let answer = CompletionAnswer.words([.init(word: head + rest)])
                guard case .words(let words) = answer.spelled(after: last, replacing: "") else {
                    continue
                }
                let line = typed + (words.first?.word ?? "?") + open
                #expect(ShellLine(line).words.last?.text == head + rest, "\(line)")
                #expect(ShellLine(line).words.count == 2, "\(line)")
            }
        }
    }

    @Test("no candidate can end its line, hide, or reorder what stands beside it")
    func safe() {
        let names = ["a\nb", "a\tb", "\u{1B}[2J", "a\u{202E}b", "a\u{200B}b", "ok", "a\0b"]
        let answer = CompletionAnswer.words(names.map { .init(word: $0, meaning: "m\n\u{1B}x") })
        #expect(answer.lines == ["words", "ok\tm �x"])
    }

    // MARK: - What can stand at the cursor

    @Test(
        "the words before the cursor say what can stand there",
        arguments: [
            ("", .command, "", ""), ("se", .command, "se", ""),
            ("set ", .argument(of: "set"), "", ""), ("set w", .argument(of: "set"), "w", ""),
            ("-c qemu:///system set w", .argument(of: "set"), "w", ""),
            ("--agent web=/x --json list ", .argument(of: "list"), "", ""),
            ("-c ", .value(of: "-c"), "", ""), ("list --sort wa", .value(of: "--sort"), "wa", ""),
            ("list --sort=wa", .value(of: "--sort"), "wa", "--sort="),
            ("--theme=", .value(of: "--theme"), "", "--theme="),
            ("--th", .option(of: nil), "--th", ""), ("set --o", .option(of: "set"), "--o", ""),
            ("set -", .option(of: "set"), "-", ""), ("set -- -r", .argument(of: "set"), "-r", ""),
            // Half of a value is no option.
            ("set --from -", .value(of: "--from"), "-", ""),
            ("--agent web=/x", .value(of: "--agent"), "web=/x", ""),
            ("lsit w", .argument(of: "lsit"), "w", ""),
        ] as [(String, CompletionPoint.Subject, String, String)])
    func point(_ line: String, _ subject: CompletionPoint.Subject, _ text: String, _ lead: String) {
        let words = ShellLine(line).words.map(\.text)
        let point = CompletionPoint(
            words: words.dropLast(), current: words.last ?? "", commands: ["list", "set"])
        #expect(point.subject == subject && point.text == text && point.lead == lead, "\(point)")
    }

    private func words(_ line: String) throws -> [String]? {
        let words = ShellLine(line).words.map(\.text)
        let help = try CommandHelp.whole()
        let point = CompletionPoint(
            words: words.dropLast(), current: words.last ?? "",
            commands: (help.subcommands ?? []).map(\.commandName))
        guard case .answer(.words(let candidates)) = CompletionWords(help: help).result(point)
        else { return nil }
        return candidates.map(\.word)
    }

    @Test("commands, options, themes, formats, orders, filters and words for lists are offered")
    func tables() throws {
        #expect(try words("")?.contains("revert") == true)
        #expect(try words("")?.contains("manual") == false)
        let options = try #require(try words("set web1 --offline 1 -"))
        #expect(options.contains("--dry-run") && options.contains("-c"))
        #expect(!options.contains("--offline") && !options.contains("--watch"))
        #expect(try words("-c qemu:///system -")?.contains("--connect") == true)
        #expect(
            try CommandHelp.whole().subcommands?.flatMap { $0.arguments ?? [] }
                .contains { $0.opposite == "--read-only" } == true)
        #expect(try words("--theme ") == ThemeOption.allValueStrings)
        #expect(try words("--theme=l")?.contains("--theme=light") == true)
        #expect(try words("list --format ")?.contains("prometheus") == true)
        let orders = try #require(try words("list --sort "))
        for word in FleetQuery.sortWords { #expect(orders.contains(word), "\(word)") }
        #expect(orders.contains("wait:reversed"))
        #expect(try words("set web --online ") == ["all"])
        #expect(
            try words("list --filter 'problem and stat") == [
                "problem and state=", "problem and state!=",
            ])
        #expect(try words("list --filter 'state=run") == ["state=running"])
        #expect(try words("config x") == [])
    }

    @Test("each filter that is offered, and that nothing has to follow, is one")
    func filters() throws {
        for start in ["", "p", "agent=", "problem=", "not (c", "name", "wait>5 o", "'x"] {
            for candidate in FilterCandidate.all(of: start) where !candidate.isOpen {
                let open = candidate.text.count { $0 == "(" }
                let text = candidate.text + String(repeating: ")", count: open)
                // These join two terms.
                let isWhole = !["and", "or", "not"].contains { candidate.text.hasSuffix($0) }
                guard isWhole, text != "marked" else { continue }
                #expect(throws: Never.self, "\(text)") { try FleetQuery(filter: text, sort: nil) }
            }
        }
    }

    @Test("each argument of a command is completed")
    func arguments() throws {
        for command in try CommandHelp.whole().subcommands ?? []
        where command.shouldDisplay && command.commandName != "help" {
            let takesWords = command.arguments?.contains { $0.kind == "positional" } == true
            let isKnown = CompletionWords.arguments[command.commandName] != nil
            #expect(!takesWords || isKnown, "\(command.commandName)")
        }
    }

    // MARK: - The program

    /// What the program answers, once it is as it should be.
    ///
    /// On a busy machine its half second can pass before it has all of the answer.
    private func answer(
        _ words: [String], environment: [String: String] = [:],
        where isRight: ([String]) -> Bool = { !$0.isEmpty }
    ) async throws -> [String] {
        var lines: [String] = []
        for _ in 0..<20 {
            let finished = try await Program.finished(
                [ShellCompletion.marker, "zsh"] + words, environment: environment)
            #expect(finished.status == 0 && finished.errors == "", "\(words): \(finished)")
            lines = finished.output.split(separator: "\n").map(String.init)
            if isRight(lines) { break }
        }
        return lines
    }

    private func expect(
        _ words: [String], _ expected: [String], environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let lines = try await answer(words, environment: environment) { $0 == expected }
        #expect(lines == expected, "\(words)", sourceLocation: sourceLocation)
    }

    @Test("guests are those of the sources on the line, else of the configuration")
    func guests() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(component: "vcputop-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(
            atPath: "\(folder)/vcputop", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "sources: [{ agent: /nowhere/db, name: db1 }, { connect: 'qemu+ssh://kvm9/system' }]\n"
            .write(toFile: "\(folder)/vcputop/config.yaml", atomically: true, encoding: .utf8)
        // Root reads no configuration of another user's home, so that it is named.
        let configuration = ["--config", "\(folder)/vcputop/config.yaml"]
        try await expect(configuration + ["set", ""], ["words", "db1\t"])
        let named = ["--agent", "web1=/nowhere/a", "--agent", "-rf=/nowhere/b"]
        try await expect(
            configuration + named + ["set", ""], ["words", "web1\t", "agent:/nowhere/b/-rf\t"])
        try await expect(
            named + ["set", "web1", "agent:/"],
            ["words", "agent:/nowhere/a/web1\t", "agent:/nowhere/b/-rf\t"])
        // Another host is never asked, and this one is not asked in its place.
        try await expect(["-c", "qemu+ssh://kvm9/system", "set", ""], ["words"])
        let connections = try await answer(configuration + ["-c", ""])
        #expect(connections.starts(with: ["words", "qemu:///system\t", "qemu:///session\t"]))
        #expect(connections.contains("qemu+ssh://kvm9/system\t"))
    }

    @Test("the journal's guests are offered to log, and its changes to revert")
    func journal() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(component: "vcputop-\(UUID().uuidString.prefix(8))").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let state = ["XDG_STATE_HOME": folder]
        let id = try await withSimulatedAgent(SimulatedGuest(count: 4)) { agent in
            let changed = try await Program.finished(
                ["set", "web1", "--agent", "web1=\(agent.path)", "--offline", "1", "--json"],
                environment: state)
            let object = try JSONSerialization.jsonObject(with: Data(changed.output.utf8))
            return (object as? [String: Any])?["id"] as? String
        }
        try await expect(["log", ""], ["words", "web1\t"], environment: state)
        let changes = try await answer(["revert", ""], environment: state) { $0.count > 1 }
        let short = String(try #require(id).suffix(8))
        #expect(
            changes.count == 2 && changes.last?.hasPrefix("\(short)\tweb1 ") == true, "\(changes)")
    }

    @Test("a question that makes no sense has no answer, and no error either")
    func nonsense() async throws {
        #expect(try await answer(["x"]).first == "words")
        // Neither means every guest of this host.
        for words in [["--config", "/nowhere", "set", ""], ["--agent", "=", "set", ""]] {
            try await expect(words, ["words"])
        }
        for arguments in [[], ["bash"], ["bash", "vcputop"], ["bash", "", ""], ["zsh"]] {
            let finished = try await Program.finished([ShellCompletion.marker] + arguments)
            #expect(finished.status == 0 && finished.errors == "", "\(arguments)")
        }
    }

    @Test("a script is printed for each shell, and for no other")
    func scripts() async throws {
        for shell in Shell.allCases {
            let typed = try await Program.finished([Shell.option, shell.rawValue])
            #expect(typed.status == 0 && typed.output == shell.script + "\n")
            let found = try await Program.finished(
                [Shell.option], environment: ["SHELL": "/usr/bin/\(shell.rawValue)"])
            #expect(found.output == typed.output)
            let joined = try await Program.finished(["list", "\(Shell.option)=\(shell.rawValue)"])
            #expect(joined.output == typed.output)
        }
        let other = try await Program.finished([Shell.option, "tcsh"])
        #expect(other.status == 64)
        #expect(
            other.errors == "vcputop: error: there are no completions for 'tcsh'\n"
                + "help: there are: bash, zsh, fish\n")
    }
}
