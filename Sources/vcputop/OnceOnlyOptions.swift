/// Refuses an option that is given twice where one value counts.
///
/// ArgumentParser silently takes the last; a change that an administrator meant to be another
/// is worse than an error.
enum OnceOnlyOptions {
    static func check(_ arguments: [String]) throws(CommandFailure) {
        var seen: [String] = []
        for argument in arguments {
            if argument == "--" { return }
            guard argument.utf8.first == UInt8(ascii: "-") else { continue }
            let name = String(argument.prefix { $0 != "=" })
            guard seen.contains(name) else {
                seen.append(name)
                continue
            }
            // The table comes last: building it takes longer than all else here.
            if !OptionValue.repeatable.contains(name), OptionValue.all[name] != nil {
                throw CommandFailure(.usage, "option '\(name)' is given twice")
            }
        }
    }
}
