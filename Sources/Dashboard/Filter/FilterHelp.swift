/// A part of the filter's language, for the help and a manual.
package struct FilterHelp: Hashable, Sendable {
    /// How it is typed.
    package let label: String
    package let text: String

    private init(_ label: String, _ text: String) {
        self.label = label
        self.text = text
    }

    /// The whole language.
    package static let all =
        [
            FilterHelp("web", "a part of the name, in any case; \"web 1\" where a blank is in it"),
            FilterHelp(
                "A B",
                "A and B; also: A and B, A or B, not A, and parentheses. 'not' lists all the others, also "
                    + "those of which it is not known"),
            FilterHelp(
                FilterField.Text.allCases.map(\.rawValue).joined(separator: " "),
                "= a part of it, != without it; ~ a regular expression, !~ one that does not match, in "
                    + "any case: . [a-z] \\d \\w * + ? {2,3} (a|b) ^ $. The host is that of the source's "
                    + "URI, or localhost"),
        ]
        + FilterField.Words.allCases.map { words in
            FilterHelp(
                "\(words.rawValue)=", "also !=; one of: \(words.all.joined(separator: ", "))")
        } + [
            FilterHelp(
                FilterField.all.compactMap { field in
                    if case .number = field { return field.word }
                    return nil
                }.joined(separator: " "),
                "numbers as the columns show them, after = != < <= > or >=; what is not known compares "
                    + "with nothing"),
            FilterHelp(FilterFlag.problem.rawValue, "guests with which something is wrong"),
            FilterHelp(
                FilterFlag.contradicted.rawValue,
                "guests with a vCPU that they call offline and that runs"),
            FilterHelp(
                FilterFlag.pinned.rawValue,
                "guests with a vCPU that may not run on every CPU of its host"),
            FilterHelp(
                FilterFlag.marked.rawValue, "guests with marks, as of when the filter is typed"),
        ]
}
