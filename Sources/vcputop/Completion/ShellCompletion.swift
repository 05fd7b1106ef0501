internal import Glibc

/// Answers what the completion scripts of the shells ask.
enum ShellCompletion {
    /// The first argument of such a question.
    static let marker = "---complete"

    /// Answers and ends.
    ///
    /// It is quiet whatever is wrong, and ends after half a second at the latest: a user waits.
    ///
    /// - Parameter arguments: After the marker and the shell: of bash the line up to the cursor and
    ///   the part of it that bash replaces; of others the words, of which the last is at the
    ///   cursor.
    static func answer(_ arguments: [String]) async -> Never {
        endSoon()
        if let answer = await answered(arguments) {
            try? Output.write(answer.lines.map { $0 + "\n" }.joined())
        }
        // A call to libvirt or to a file system may hang in another thread.
        _exit(0)
    }

    private static func answered(_ arguments: [String]) async -> CompletionAnswer? {
        guard arguments.count >= 3, let help = try? CommandHelp.whole() else { return nil }
        guard arguments[1] == Shell.bash.rawValue else {
            return await answer(
                words: Array(arguments[2...].dropLast()), current: arguments.last ?? "", help)
        }
        let words = ShellLine(arguments[2]).words.dropFirst()
        guard let current = words.last, arguments.count == 4 else { return nil }
        return await answer(
            words: words.dropLast().map(\.text), current: current.text, help
        ).spelled(after: current, replacing: arguments[3])
    }

    private static func answer(
        words: [String], current: String, _ help: CommandHelp
    ) async -> CompletionAnswer {
        let commands = (help.subcommands ?? []).map(\.commandName)
        let point = CompletionPoint(words: words, current: current, commands: commands)
        switch CompletionWords(help: help).result(point) {
        case .answer(let answer): return answer
        case .lookup(let lookup):
            return .words(await CompletionLookups(point.options).candidates(lookup, at: point))
        }
    }

    /// Ends the program in a while, also while a thread hangs in the kernel.
    private static func endSoon() {
        signal(SIGALRM) { _ in _exit(0) }
        var timer = itimerval()
        timer.it_value.tv_usec = 500_000
        setitimer(Int32(ITIMER_REAL.rawValue), &timer, nil)
    }
}
