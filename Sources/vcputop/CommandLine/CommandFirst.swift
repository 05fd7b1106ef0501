/// Moves the command to the front: options may stand before it, as virsh's `-c` does.
///
/// ArgumentParser takes what stands before a command for options of the program itself.
enum CommandFirst {
    /// The arguments with the command in front, where options stand before it.
    ///
    /// They are the same where the first word is no command, and where there is none.
    static func arranged(_ arguments: [String], commands: [String]) -> [String] {
        guard let place = firstWord(of: arguments), place > 0, commands.contains(arguments[place])
        else { return arguments }
        var arranged = arguments
        arranged.insert(arranged.remove(at: place), at: 0)
        return arranged
    }

    /// Where the first argument is that is neither an option nor an option's value; nil where there
    /// is none, or `--` stands before it.
    static func firstWord(of arguments: [String]) -> Int? {
        var place = 0
        while place < arguments.count {
            let argument = arguments[place]
            guard argument.hasPrefix("-"), argument != "-" else { return place }
            if argument == "--" { return nil }
            place += takesValue(argument) ? 2 : 1
        }
        return nil
    }

    /// Whether the argument after this one is its value; `--agent=NAME=PATH` holds its own.
    static func takesValue(_ argument: String) -> Bool {
        OptionValue.all[argument] != nil
    }
}
