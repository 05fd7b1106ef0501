import LabSupport
import Testing

@testable import vcputop

@Suite("What the values of options can be")
struct OptionValueTests {
    @Test("the help of each option says what its value can be")
    func help() throws {
        for command in try CommandHelp.whole().subcommands ?? [] {
            for argument in command.arguments ?? [] where argument.kind == "option" {
                for name in argument.spellings {
                    let value = try #require(OptionValue.all[name], "\(name)")
                    let told = (argument.abstract ?? "") + (argument.valueName ?? "")
                    if case .word(let words) = value {
                        #expect(argument.allValues == words, "\(command.commandName) \(name)")
                    } else if let words = value.words {
                        #expect(told.contains(words), "\(command.commandName) \(name): \(told)")
                    }
                }
            }
        }
    }

    @Test("an option of the table may be given more than once where its help says so")
    func repeatable() throws {
        for command in try CommandHelp.whole().subcommands ?? [] {
            for argument in command.arguments ?? [] where argument.kind == "option" {
                for name in argument.spellings {
                    #expect(
                        OptionValue.repeatable.contains(name) == argument.isRepeating, "\(name)")
                }
            }
        }
    }

    @Test(
        "a wrong value is answered with what the option takes, and with the help of its command",
        arguments: [
            (
                ["list", "--timeout", "0"], "--timeout takes 0.1 to 3600 seconds, and not '0'",
                "list"
            ),
            (["--interval=x"], "--interval takes 0.1 to 3600 seconds, and not 'x'", nil),
            (
                ["--theme", "lihgt"],
                "--theme takes one of default, light, colour-blind, monochrome, and not 'lihgt'; "
                    + "did you mean 'light'?", nil
            ),
            (
                ["list", "web1", "--format", "jsn"],
                "--format takes one of table, json, csv, openmetrics, prometheus, and not 'jsn'; "
                    + "did you mean 'json'?", "list"
            ),
            (["demo", "--guests", "0"], "--guests takes at least 1, and not '0'", "demo"),
            (["demo", "--vcpus", "4097"], "--vcpus takes 1 to 4096, and not '4097'", "demo"),
            (["demo", "--vcpus", "x"], "--vcpus takes 1 to 4096, and not 'x'", "demo"),
            (["set", "a", "--count=x"], "--count takes 1 to 4096, and not 'x'", "set"),
            (["--agent", "foo", "list"], "--agent takes NAME=PATH, and not 'foo'", "list"),
            (
                ["log", "--since", "x"],
                "--since takes 30m, 2h or 7d (ago), 14:30, 2026-01-31 or 2026-01-31T14:30, "
                    + "and not 'x'", "log"
            ),
        ] as [([String], String, String?)])
    func wrong(_ arguments: [String], _ message: String, _ command: String?) async throws {
        let finished = try await Program.finished(arguments)
        #expect(finished.status == 64)
        #expect(finished.output == "")
        let help = "help: see 'vcputop \(command.map { "\($0) " } ?? "")--help'"
        #expect(finished.errors == "vcputop: error: \(message)\n\(help)\n")
    }

    @Test(
        "an error without advice of its own names the help of the command that was typed",
        arguments: [
            (["set", "web1", "--offline"], "set"), (["list", "--timeout"], "list"),
            (["config", "foo"], "config"), (["list", "--json", "--format", "csv"], "list"),
            (["set", "web1", "--count", "9000"], "set"), (["--connect"], nil),
            (["-c", "qemu:///system", "-c", "qemu:///system", "set"], "set"),
            (["list", "--sort", "name", "--sort", "age"], "list"),
        ] as [([String], String?)])
    func reference(_ arguments: [String], _ command: String?) async throws {
        let finished = try await Program.finished(arguments)
        #expect(finished.status == 64)
        let help = "help: see 'vcputop \(command.map { "\($0) " } ?? "")--help'"
        #expect(finished.errors.split(separator: "\n").last ?? "" == help, "\(finished.errors)")
    }

    @Test("the program's help has every option of the dashboard, and every command")
    func root() async throws {
        let dashboard = try #require(
            try CommandHelp.whole().subcommands?.first { $0.commandName == "dashboard" })
        for arguments in [["--help"], ["-h"], ["help"], ["--read-only", "--help"]] {
            let finished = try await Program.finished(arguments)
            #expect(finished.status == 0 && finished.errors == "")
            for argument in dashboard.arguments ?? [] {
                for name in argument.spellings {
                    #expect(finished.output.contains(name), "\(arguments): \(name)")
                }
            }
        }
        let program = try await Program.finished(["--help"])
        for command in try CommandHelp.whole().subcommands ?? [] where command.shouldDisplay {
            #expect(
                command.commandName == "help"
                    || program.output.contains("\n  \(command.commandName) "))
        }
    }

    @Test("help about a word that is no command is an error with the nearest command")
    func topic() async throws {
        let finished = try await Program.finished(["help", "lsit"])
        #expect(finished.status == 64)
        #expect(finished.output == "")
        #expect(
            finished.errors.hasPrefix(
                "vcputop: error: there is no command 'lsit'; did you mean 'list'?\n"))
    }
}
