/// What stands at the cursor of a command line, so that it can be completed.
struct CompletionPoint: Hashable {
    enum Subject: Hashable {
        case command
        /// An option of a command; nil where no command is named.
        case option(of: String?)
        /// The value of an option.
        case value(of: String)
        /// A word of a command that is no option.
        case argument(of: String)
    }

    let subject: Subject
    /// What is typed of the subject.
    let text: String
    /// What stands before it in the same word: `--theme=`, or nothing.
    let lead: String
    /// The options that stand before the cursor, with their values; an empty one for a flag.
    let options: [Option]
    /// The command's other words before the cursor.
    let arguments: [String]

    struct Option: Hashable {
        let name: String
        let value: String
    }

    /// Reads a command line up to the cursor.
    ///
    /// - Parameters:
    ///   - words: The words before the one at the cursor, without the program's name.
    ///   - current: What is typed of the word at the cursor.
    ///   - commands: The names of the commands.
    init(words: [String], current: String, commands: [String]) {
        var options: [Option] = []
        var others: [String] = []
        var place = 0
        var isOver = false
        while place < words.count {
            let word = words[place]
            place += 1
            if isOver || !word.hasPrefix("-") || word == "-" {
                others.append(word)
            } else if word == "--" {
                isOver = true
            } else if let sign = word.firstIndex(of: "=") {
                let value = String(word[word.index(after: sign)...])
                options.append(Option(name: String(word[..<sign]), value: value))
            } else if CommandFirst.takesValue(word), place == words.count {
                self.init(.value(of: word), current, options: options, arguments: others)
                return
            } else if CommandFirst.takesValue(word) {
                options.append(Option(name: word, value: words[place]))
                place += 1
            } else {
                options.append(Option(name: word, value: ""))
            }
        }
        let command = others.first.flatMap { commands.contains($0) ? $0 : nil }
        let arguments = Array(others.dropFirst())
        guard !isOver, current.hasPrefix("-") else {
            let subject = others.first.map { Subject.argument(of: $0) } ?? .command
            self.init(subject, current, options: options, arguments: arguments)
            return
        }
        if let sign = current.firstIndex(of: "=") {
            let name = String(current[..<sign])
            let start = current.index(after: sign)
            self.init(
                .value(of: name), String(current[start...]), lead: String(current[..<start]),
                options: options, arguments: arguments)
        } else {
            self.init(.option(of: command), current, options: options, arguments: arguments)
        }
    }

    private init(
        _ subject: Subject, _ text: String, lead: String = "", options: [Option],
        arguments: [String]
    ) {
        self.subject = subject
        self.text = text
        self.lead = lead
        self.options = options
        self.arguments = arguments
    }
}
