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
    /// `n`: goes on to the next line that has the text.
    mutating func findNext(at moment: Moment) {
        guard let found = page?.position.found else { return }
        guard let line = line(with: found.text, from: (found.line ?? -1) + 1, at: moment) else {
            shared.warn("there is no '\(found.text)' in this")
            return
        }
        page?.position.found.line = line
        page?.position.first = line
    }

    /// The first line of the page that has a text in it, from a line on, wrapping around.
    ///
    /// - Parameter start: nil for the first line that is shown.
    fileprivate func line(with text: String, from start: Int?, at moment: Moment) -> Int? {
        guard let page else { return nil }
        let view = Frame(self, at: moment).view(of: page)
        let body = view.content.body
        guard !body.isEmpty else { return nil }
        let wanted = text.lowercased()
        return body.indices.lazy.map { ((start ?? view.start) + $0) % body.count }.first { index in
            body[index].map(\.text).joined().lowercased().contains(wanted)
        }
    }
}
