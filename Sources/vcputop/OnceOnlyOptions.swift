/// Refuses an option that is given twice where one value counts.
///
/// ArgumentParser silently takes the last; a change that an administrator meant to be another
/// is worse than an error.
enum OnceOnlyOptions {
    static func check(_ arguments: [String]) throws(CommandFailure) {
        var seen: [String] = []
        for argument in arguments {
            if argument == "--" { return }
            let name = String(argument.prefix { $0 != "=" })
            guard OptionValue.all[name] != nil, !OptionValue.repeatable.contains(name) else {
                continue
            }
            guard !seen.contains(name) else {
                throw CommandFailure(.usage, "option '\(name)' is given twice")
            }
            seen.append(name)
        }
    }
}
