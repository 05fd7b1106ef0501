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
            try terminal.waitFor("the shell", within: .seconds(60)) { rows in
                rows.contains { !$0.isEmpty } && !rows.contains { $0.contains("exec") }
            }
            switch shell {
            case .bash: try terminal.run(". ./script; PS1='> '; clear")
            case .zsh:
                try terminal.run(
                    "autoload -Uz compinit; compinit -u -D; . ./script; PS1='> '; clear")
            case .fish:
                try terminal.run(
                    "source script; set -g fish_autosuggestion_enabled 0; "
                        + "function fish_prompt; echo -n '> '; end; "
                        + "function fish_right_prompt; end; clear")
            }
            try waitForEmptyScreen()
        }

        /// Types a line, has its last word completed, and waits for the line that comes of it.
        func complete(_ typed: String, to line: String) throws {
            try terminal.type(typed)
            try pressTab(until: "'\(line)'") { $0.hasPrefix("> \(line)") }
        }

        /// Presses Tab until a row of the screen is as it should be.
        ///
        /// On a busy machine the program's half second can pass before it has answered.
        func pressTab(until what: String, _ isDone: (String) -> Bool) throws {
            for attempt in 1... {
                try terminal.press("Tab")
                do {
                    try terminal.waitFor(what, within: .seconds(3)) { $0.contains(where: isDone) }
                    return
                } catch  where attempt < 20 {
                    continue
                }
            }
        }

        /// Drops the line.
        func drop() throws {
            try terminal.press("C-u")
            try terminal.waitFor("an empty line", within: .seconds(60)) { rows in
                rows.last { !$0.isEmpty } == ">"
            }
            try clear()
        }

        /// Clears the screen, once the shell waits for a command.
        func clear() throws {
            try terminal.run("clear")
            try waitForEmptyScreen()
        }

        /// Waits until the shell's prompt is all that is on the screen.
        private func waitForEmptyScreen() throws {
            try terminal.waitFor("an empty screen", within: .seconds(60)) { rows in
                rows.filter { !$0.isEmpty } == [">"]
            }
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
            try session.drop()
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
            try session.pressTab(until: "the completed word of \(name)") {
                $0.hasPrefix("> \(typed.dropLast())") && $0.count > "> \(typed)".count
            }
            // After the word the shell has put a blank.
            try session.terminal.type("--offline 1 --dry-run --json >out; echo done")
            try session.terminal.press("Enter")
            try session.terminal.waitFor("done on a line of its own", within: .seconds(60)) {
                $0.contains("done") && $0.last { !$0.isEmpty } == ">"
            }
            let printed = try String(contentsOfFile: "\(folder)/out", encoding: .utf8)
            let object = try JSONSerialization.jsonObject(with: Data(printed.utf8))
            #expect((object as? [String: Any])?["guest"] as? String == name)
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/ran"), "\(name)")
            try session.clear()
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
        // The call to libvirt would hang for ever, and the program ends by itself.
        let finished = try Program.run(arguments, within: .seconds(60))
        #expect(finished.status == 0 && finished.errors == "")
        #expect(finished.output.hasPrefix("words") || finished.output.isEmpty)
    }
}
