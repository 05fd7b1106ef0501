import Configuration

extension FuzzTarget {
    /// Any bytes are a configuration or have problems in lines of it; a setting can be changed in
    /// a file that has none, or the reason is in a line of it, and then it has that value.
    static let configuration = FuzzTarget("configuration", longest: 2048) { bytes in
        var settings = Settings(theme: "default")
        let problems = SettingsReader.read(bytes, path: "/c", words: words, into: &settings)
        let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
        for problem in problems {
            try require((1...lines).contains(problem.line), "line \(problem.line) of \(lines)")
            try requirePrintable(problem.message, atMost: 1_000)
        }
        do throws(ConfigurationProblem) {
            let edited = try SettingsEditor.apply([.interval(9), .columns(["wait"])], to: bytes)
            var changed = Settings(theme: "default")
            let rest = SettingsReader.read(edited, path: "/c", words: words, into: &changed)
            try expect(rest.isEmpty || !problems.isEmpty, "a problem that was not there: \(rest)")
            guard rest.isEmpty else { return }
            try expect(changed.interval.value == 9, "the interval is \(changed.interval.value)")
            try expect(changed.columns.value == ["wait"], "the columns are another")
            try expect(changed.filter.value == settings.filter.value || !problems.isEmpty, "filter")
        } catch {
            if error.line == 0 { throw Violation(description: error.message) }
            try require((1...lines).contains(error.line), "line \(error.line) of \(lines)")
        }
    }

    /// A violation as a problem of no line.
    private static func expect(
        _ condition: Bool, _ message: @autoclosure () -> String
    ) throws(ConfigurationProblem) {
        guard condition else { throw ConfigurationProblem(0, message()) }
    }

    private static let words = SettingVocabulary(
        themes: ["default", "light"], columns: ["online", "wait"], sortProblem: { _ in nil },
        filterProblem: { _ in nil })
}
