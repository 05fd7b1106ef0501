import LabSupport
import TestSupport
import Testing

@testable import vcputop

@Suite("Options before and after the command")
struct CommandFirstTests {
    private static let commands = ["list", "set", "demo"]

    @Test(
        "the command comes to the front, and nothing else moves",
        arguments: [
            ("-c qemu:///system list web1", "list -c qemu:///system web1"),
            ("--agent web=/x --timeout 2 set web", "set --agent web=/x --timeout 2 web"),
            ("--agent=web=/x list", "list --agent=web=/x"),
            ("--json list", "list --json"),
            // What looks like a command is an option's value here, or a guest's name.
            ("-c set list", "list -c set"), ("-c list", "-c list"),
            ("list set", "list set"), ("web set", "web set"),
            ("--agent", "--agent"), ("-c", "-c"), ("", ""),
            ("--read-only", "--read-only"), ("--from - set", "set --from -"),
            ("-- set", "-- set"), ("--json -- set", "--json -- set"),
            ("--json list -- set", "list --json -- set"), ("- set", "- set"),
        ])
    func table(_ typed: String, _ expected: String) {
        let arguments = typed.split(separator: " ").map(String.init)
        #expect(
            CommandFirst.arranged(arguments, commands: Self.commands).joined(separator: " ")
                == expected)
    }

    @Test("random arguments keep their order, but for a command in front of them")
    func property() {
        let words = ["list", "set", "-c", "--agent", "--json", "--", "-", "--a=b", "web", ""]
        for seed in 0..<2_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let count = Int.random(in: 0...6, using: &random)
            let arguments = (0..<count).map { _ in words.randomElement(using: &random) ?? "" }
            let arranged = CommandFirst.arranged(arguments, commands: Self.commands)
            if arranged != arguments {
                var rest = arguments
                let place = rest.firstIndex { Self.commands.contains($0) && $0 == arranged[0] }
                // Moving one word is all that happens.
                let isMove = rest.indices.contains { index in
                    var moved = rest
                    moved.insert(moved.remove(at: index), at: 0)
                    return moved == arranged
                }
                #expect(place != nil && isMove, "\(arguments) -> \(arranged)")
                rest = arranged
                #expect(CommandFirst.arranged(rest, commands: Self.commands) == rest)
            }
        }
    }

    @Test("the table names every option that takes a value, and no flag")
    func options() throws {
        for command in try CommandHelp.whole().subcommands ?? [] {
            for argument in command.arguments ?? [] where argument.kind != "positional" {
                for name in argument.spellings {
                    let isValued = OptionValue.all[name] != nil
                    #expect(
                        isValued == (argument.kind == "option"), "\(command.commandName) \(name)")
                }
            }
        }
    }

    @Test("the program takes sources before and after the command")
    func program() async throws {
        for arguments in [
            ["list", "--agent", "web=/nonexistent", "--timeout", "2"],
            ["--agent", "web=/nonexistent", "--timeout", "2", "list"],
            ["--agent=web=/nonexistent", "list", "--timeout=2"],
        ] {
            let finished = try await Program.finished(arguments)
            #expect(finished.status == 0, "\(finished)")
            #expect(finished.output.contains("agent:/nonexistent"), "\(finished)")
        }
    }
}
