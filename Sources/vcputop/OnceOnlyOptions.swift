/// Refuses an option that is given twice where one value counts.
///
/// ArgumentParser silently takes the last; a change that an administrator meant to be another
/// is worse than an error.
enum OnceOnlyOptions {
    private static let names: [Substring] = [
        "--online", "--offline", "--count", "--filter", "--from", "--timeout", "--interval",
        "--guests", "--vcpus", "--theme", "--debug-log", "--sort", "--format", "--output",
        "--since", "--config",
    ]

    static func check(_ arguments: [String]) throws(CommandFailure) {
        var seen: [Substring] = []
        for argument in arguments {
            if argument == "--" { return }
            let name = argument.prefix { $0 != "=" }
            guard names.contains(name) else { continue }
            guard !seen.contains(name) else {
                throw CommandFailure(.usage, "option '\(name)' is given twice")
            }
            seen.append(name)
        }
    }
}
