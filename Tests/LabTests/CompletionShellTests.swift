import Foundation
import LabSupport
import Testing

/// The completions, in the shells that they are for.
@Suite(.serialized)
actor CompletionShellTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    enum Shell: String, CaseIterable {
        case bash, zsh, fish
    }

    /// A shell in a terminal that has loaded the program's own script.
    private struct Session {
        let terminal: Tmux
        let shell: Shell

        init(_ shell: Shell) throws {
            self.shell = shell
            terminal = try Tmux(columns: 200, rows: 30)
            let folder = terminal.folder
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/vcputop", withDestinationPath: Program.path)
            let script = try Program.run(["--generate-completion-script", shell.rawValue])
            try script.output.write(
                toFile: "\(folder)/script", atomically: true, encoding: .utf8)
            try terminal.run("cd \(folder); PATH=\(folder):$PATH; HOME=\(folder); export PATH HOME")
            let start =
                switch shell {
                case .bash: "bash --noprofile --norc -i"
                case .zsh: "zsh -f -i"
                case .fish: "fish --no-config"
                }
            try terminal.run("clear; exec \(start)")
            switch shell {
            case .bash: try terminal.run(". ./script; PS1='$ '; clear")
            case .zsh:
                try terminal.run(
                    "autoload -Uz compinit; compinit -u -D; . ./script; PS1='$ '; clear")
            case .fish:
                try terminal.run(
                    "source script; function fish_prompt; echo -n '$ '; end; "
                        + "function fish_right_prompt; end; clear")
            }
            try terminal.waitForPrompt()
        }

        /// Types a line, has its last word completed, and waits for the line that comes of it.
        func complete(_ typed: String, to line: String) throws {
            try terminal.type(typed)
            try terminal.press("Tab")
            try terminal.waitFor("'\(line)'") { rows in rows.contains { $0.hasPrefix("$ \(line)") }
            }
        }

        /// Drops the line.
        func clear() throws {
            try terminal.press("C-c")
            try terminal.run("clear")
            try terminal.waitForPrompt()
        }
    }

    @Test(
        "commands, options, values, guests, connections and files are completed",
        arguments: Shell.allCases)
    func words(_ shell: Shell) throws {
        let session = try Session(shell)
        defer { try? session.terminal.stop() }
        let folder = session.terminal.folder
        try "".write(toFile: "\(folder)/web.sock", atomically: true, encoding: .utf8)
        for (typed, line) in [
            ("vcputop rev", "vcputop revert"), ("vcputop list --wat", "vcputop list --watch"),
            ("vcputop --theme li", "vcputop --theme light"),
            ("vcputop --theme=li", "vcputop --theme=light"),
            ("vcputop list --sort spar", "vcputop list --sort spare"),
            ("vcputop list --format prom", "vcputop list --format prometheus"),
            (
                "vcputop --agent web1=/x --agent db1=/y set w",
                "vcputop --agent web1=/x --agent db1=/y set web1"
            ),
            ("vcputop set --agent web1=/x agent:/", "vcputop set --agent web1=/x agent:/x/web1"),
            ("vcputop -c qemu:///sy", "vcputop -c qemu:///system"),
            ("vcputop list --filter state=run", "vcputop list --filter state=running"),
            ("vcputop --agent web1=web.so", "vcputop --agent web1=web.sock"),
            ("vcputop --debug-log web.so", "vcputop --debug-log web.sock"),
        ] {
            try session.complete(typed, to: line)
            try session.clear()
        }
    }

    @Test(
        "the name of a guest runs nothing, and is one word of the line that it completes",
        arguments: Shell.allCases)
    func hostileNames(_ shell: Shell) throws {
        let session = try Session(shell)
        defer { try? session.terminal.stop() }
        let folder = session.terminal.folder
        let names = [
            "w$(touch ran)", "w`touch ran`", "w'; touch ran; '", "w\"$(touch ran)\"", "w&touch ran",
            "w\\", "w|x", "w*", "w!x", "w${x}", "w  x", "we\u{301}东",
        ]
        for name in names {
            // The program gets the name from a file, so that no shell has spelled it.
            try "sources: [{ agent: /nowhere, name: \(quoted(name)) }]\n".write(
                toFile: "\(folder)/config", atomically: true, encoding: .utf8)
            let typed = "vcputop --config config set w"
            try session.terminal.type(typed)
            try session.terminal.press("Tab")
            try session.terminal.waitFor("the completed word of \(name)") { rows in
                rows.contains {
                    $0.hasPrefix("$ \(typed.dropLast())") && $0.count > "$ \(typed)".count
                }
            }
            // After the word the shell has put a blank.
            try session.terminal.type("--offline 1 --dry-run --json >out; echo done")
            try session.terminal.press("Enter")
            try session.terminal.waitFor("done on a line of its own", within: .seconds(30)) {
                rows in
                rows.contains("done")
            }
            let printed = try String(contentsOfFile: "\(folder)/out", encoding: .utf8)
            let object = try JSONSerialization.jsonObject(with: Data(printed.utf8))
            #expect((object as? [String: Any])?["guest"] as? String == name)
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/ran"), "\(name)")
            try session.terminal.run("clear")
            try session.terminal.waitForPrompt()
        }
    }

    /// As a text of YAML.
    private func quoted(_ text: String) -> String {
        "'\(text.replacing("'", with: "''"))'"
    }

    @Test("a libvirt that never answers holds no shell up")
    func hungLibvirt() throws {
        let sockets = try SilentSockets(count: 1)
        let uri = "qemu:///system?socket=\(sockets.paths[0])"
        let arguments = ["---complete", "zsh", "-c", uri, "--agent", "web1=/nowhere", "set", ""]
        let clock = ContinuousClock()
        let start = clock.now
        let finished = try Program.run(arguments)
        #expect(finished.status == 0 && finished.errors == "")
        // The call to libvirt would hang for ever, and the program ends by itself.
        #expect(start.duration(to: clock.now) < .seconds(20))
        #expect(finished.output.hasPrefix("words") || finished.output.isEmpty)
    }
}
