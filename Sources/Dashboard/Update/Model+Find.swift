internal import CanvasKit

/// What was looked for in a dialog.
struct FoundText: Hashable {
    var text = ""
    /// The line of the dialog's body where it was found last.
    var line: Int?
}

// Finding a text in the dialog that lies over the screen: the help, the log, a review, results.

extension Model {
    /// Takes another text to find, and goes to the first line that has it.
    mutating func typeFind(_ text: String) {
        guard case .find(var prompt) = dialogs.last else { return }
        prompt.text = text
        currentScroll = prompt.origin
        let line = text.isEmpty ? nil : self.line(with: text, from: clampedScroll)
        prompt.isFound = line != nil || text.isEmpty
        found = FoundText(text: text, line: line)
        if let line { currentScroll = line }
        dialogs[dialogs.count - 1] = .find(prompt)
    }

    /// `n`: goes on to the next line that has it.
    mutating func findNext() {
        guard let line = line(with: found.text, from: (found.line ?? -1) + 1) else {
            notice = Notice(text: "there is no '\(found.text)' in this", role: .warning)
            return
        }
        found.line = line
        currentScroll = line
    }

    /// The first line that has a text in it, from there on and around.
    private func line(with text: String, from start: Int) -> Int? {
        guard let body = dialogContent?.body, !body.isEmpty else { return nil }
        let wanted = text.lowercased()
        return body.indices.lazy.map { (start + $0) % body.count }.first { index in
            body[index].map(\.text).joined().lowercased().contains(wanted)
        }
    }
}
