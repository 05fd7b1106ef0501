internal import SafeText

/// What the word at the cursor can be.
enum CompletionAnswer: Hashable {
    struct Candidate: Hashable {
        /// The whole word, as the program gets it.
        let word: String
        /// What it means, where the shell shows that.
        var meaning = ""
        /// Whether something has to follow in the same word.
        var isOpen = false
    }

    /// One of these.
    case words([Candidate])
    /// The path of a file, after so many characters of the word.
    case files(after: Int)

    /// The answer as the shell scripts read it: what it is, then a candidate with its meaning on
    /// each line.
    ///
    /// A candidate with a character that cannot be seen is left out, since it could end its line or
    /// hide what the shell is about to run.
    var lines: [String] {
        switch self {
        case .files(let count): return ["files\t\(count)"]
        case .words(let candidates):
            let safe = candidates.filter { $0.word.unicodeScalars.allSatisfy(\.isVisibleInShell) }
            return [safe.contains(where: \.isOpen) ? "part" : "words"]
                + safe.map { "\($0.word)\t\($0.meaning.printable(limit: 80))" }
        }
    }

    /// The answer for a shell that inserts what it gets as it is: each candidate is spelled so that
    /// it continues what is typed.
    func spelled(after word: ShellLine.Word, replacing last: String) -> CompletionAnswer {
        guard case .words(let candidates) = self else { return self }
        guard let head = word.head(before: last) else { return .words([]) }
        return .words(
            candidates.compactMap { candidate in
                guard candidate.word.rest(after: word.text) != nil,
                    let rest = candidate.word.rest(after: head.text)
                else { return nil }
                return Candidate(
                    word: head.quote.spelling(of: rest), meaning: candidate.meaning,
                    isOpen: candidate.isOpen)
            })
    }
}

extension String {
    /// What follows a beginning, by scalars, as a shell compares; nil where the text has another.
    fileprivate func rest(after start: String) -> String? {
        guard unicodeScalars.starts(with: start.unicodeScalars) else { return nil }
        return String(unicodeScalars.dropFirst(start.unicodeScalars.count))
    }
}

extension Unicode.Scalar {
    /// Whether it is seen as it is: a blank, or a visible character.
    fileprivate var isVisibleInShell: Bool { value == 0x20 || isVisible }
}
