internal import ArgumentParser
internal import FoundationEssentials

/// What ArgumentParser knows of a command; its own words for it.
struct CommandHelp: Decodable {
    let commandName: String
    let abstract: String?
    let discussion: String?
    let shouldDisplay: Bool
    let arguments: [Argument]?
    let subcommands: [CommandHelp]?

    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let kind: String
        let names: [Name]?
        let valueName: String?
        let abstract: String?
        let defaultValue: String?
        let allValues: [String]?
        let isOptional: Bool
        let isRepeating: Bool
        let shouldDisplay: Bool

        /// How it is typed: `--agent NAME=PATH`, `-h, --help`, `GUEST`.
        var spellings: [String] {
            guard kind != "positional" else { return [valueName ?? ""] }
            return (names ?? []).map { name in
                (name.kind == "long" ? "--" : "-") + name.name
            }
        }

        /// The flag that this one is the opposite of: `--ascii` of `--no-ascii`.
        var opposite: String? {
            guard kind == "flag", let name = spellings.first, name.hasPrefix("--no-") else {
                return nil
            }
            return "--" + name.dropFirst("--no-".count)
        }

        /// What stands after it; nil for a flag and for what is itself a value.
        var value: String? { kind == "option" ? valueName : nil }
    }

    /// The whole program's.
    static func whole() throws -> CommandHelp {
        try JSONDecoder().decode(Tool.self, from: Data(Vcputop._dumpHelp().utf8)).command
    }

    private struct Tool: Decodable {
        let command: CommandHelp
    }
}
