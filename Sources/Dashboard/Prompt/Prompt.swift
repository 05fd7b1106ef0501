internal import SafeText

/// A dialog in the status line where something is typed.
///
/// While one of its functions runs, the prompt is not in the model's stack of dialogs.
protocol Prompt: Dialog {
    var text: String { get set }
    /// The longest text, in characters.
    static var limit: Int { get }
    /// The characters that can be typed; nil for all that can be printed.
    static var alphabet: String? { get }
    /// What stands before the text.
    func label(_ shared: SharedState) -> String
    /// Why the text is not what is asked for; nil where it is, or where nothing is said yet.
    var problem: String? { get }
    /// Where in the text that is, in characters, the first being 1; nil where it is in no place.
    var problemColumn: Int? { get }
    /// What helps to go on typing; shown where there is no problem.
    var hint: String? { get }
    /// Applies a new text.
    mutating func textChanged(_ model: inout Model, at moment: Moment)
    /// Return: takes the text.
    ///
    /// - Returns: Whether the prompt is done; else it stays, with its problem.
    mutating func accept(_ model: inout Model) -> Bool
    /// Esc: leaves everything as it was.
    func cancel(_ model: inout Model)
}

extension Prompt {
    var context: Context { .prompt }
    static var alphabet: String? { nil }
    var problemColumn: Int? { nil }
    var hint: String? { nil }
    func cancel(_ model: inout Model) {}
}

extension Model {
    /// The prompt that is open; nil where nothing is being typed.
    var prompt: (any Prompt)? { dialogs.last as? any Prompt }

    /// Pasted text is text in a prompt, and nothing elsewhere: it must never act as keys.
    mutating func paste(_ text: String, at moment: Moment) {
        guard !isLeaving else { return }
        shared.notice = nil
        if type(text, at: moment) { return }
        shared.warn("pasted text is ignored here: it is used only where text is typed")
    }

    /// Adds text to what is being typed, as much as there is room for.
    ///
    /// - Returns: Whether something is being typed.
    @discardableResult
    mutating func type(_ added: String, at moment: Moment) -> Bool {
        guard !shared.isTiny, let prompt else { return false }
        let kind = Swift.type(of: prompt)
        let known = kind.alphabet.map { alphabet in added.filter(alphabet.contains) } ?? added
        let room = max(kind.limit - prompt.text.count, 0)
        editPrompt(prompt.text + known.prefix(room).printable(), at: moment)
        return true
    }

    /// Backspace.
    mutating func eraseCharacter(at moment: Moment) {
        guard let prompt else { return }
        editPrompt(String(prompt.text.dropLast()), at: moment)
    }

    private mutating func editPrompt(_ text: String, at moment: Moment) {
        guard var prompt = dialogs.popLast() as? any Prompt else { return }
        prompt.text = text
        prompt.textChanged(&self, at: moment)
        dialogs.append(prompt)
    }

    /// Return: takes what was typed.
    mutating func acceptPrompt() {
        guard var prompt = dialogs.popLast() as? any Prompt else { return }
        if !prompt.accept(&self) { dialogs.append(prompt) }
    }
}
