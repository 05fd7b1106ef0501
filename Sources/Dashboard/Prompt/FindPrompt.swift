internal import CanvasKit

/// A text that is being typed, to be found in the page below.
struct FindPrompt: Prompt {
    var text = ""
    /// The first line that was to be shown before.
    let origin: Int
    /// Whether some line has the text in it.
    private var isFound = true

    init(origin: Int) {
        self.origin = origin
    }

    static let limit = 60

    func label(_ shared: SharedState) -> String { "find: " }

    var problem: String? { isFound ? nil : "no line has this in it" }

    mutating func textChanged(_ model: inout Model, at moment: Moment) {
        model.page?.position.first = origin
        let line = text.isEmpty ? nil : model.line(with: text, from: nil, at: moment)
        isFound = line != nil || text.isEmpty
        model.page?.position.found = FoundText(text: text, line: line)
        if let line { model.page?.position.first = line }
    }

    mutating func accept(_ model: inout Model) -> Bool {
        if !isFound { model.page?.position.found = FoundText() }
        return true
    }

    func cancel(_ model: inout Model) { model.page?.position = PagePosition(first: origin) }
}

extension Model {
    /// `n` and `N`: goes on to the next line that has the text, or to the one before.
    mutating func findNext(backward: Bool = false, at moment: Moment) {
        guard let found = page?.position.found else { return }
        let start = backward ? (found.line ?? 0) - 1 : (found.line ?? -1) + 1
        guard let line = line(with: found.text, from: start, backward: backward, at: moment)
        else {
            shared.warn("there is no '\(found.text)' in this")
            return
        }
        page?.position.found.line = line
        page?.position.first = line
    }

    /// The first line of the page that has a text in it, from a line on, wrapping around.
    ///
    /// - Parameters:
    ///   - start: nil for the first line that is shown.
    ///   - backward: Whether to go up instead of down.
    fileprivate func line(
        with text: String, from start: Int?, backward: Bool = false, at moment: Moment
    ) -> Int? {
        guard let page else { return nil }
        let view = Frame(self, at: moment).view(of: page)
        let body = view.content.body
        guard !body.isEmpty else { return nil }
        let wanted = text.lowercased()
        let places = body.indices.lazy.map { offset in
            ((start ?? view.start) + (backward ? 2 * body.count - offset : offset)) % body.count
        }
        return places.first { index in
            body[index].map(\.text).joined().lowercased().contains(wanted)
        }
    }
}
