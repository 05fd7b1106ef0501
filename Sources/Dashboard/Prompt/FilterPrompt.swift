internal import GuestVCPU

/// A filter that is being typed; the list follows it.
struct FilterPrompt: Prompt {
    var text: String
    /// What was listed before, and where the cursor was.
    private let before: GuestFilter
    private let origin: GuestID?
    /// Why the text is no filter; known once that was to be taken.
    private(set) var error: GuestFilter.Problem?

    init(_ shared: SharedState) {
        before = shared.roster.filter
        text = before.text
        origin = shared.cursor.guest
    }

    static let limit = 200

    func label(_ shared: SharedState) -> String { "filter: " }

    var problem: String? { error.map { "column \($0.column): \($0.text)" } }

    mutating func textChanged(_ model: inout Model, at moment: Moment) {
        error = nil
        if let filter = try? GuestFilter(text) { model.shared.list(filter, cursor: origin) }
    }

    mutating func accept(_ model: inout Model) -> Bool {
        do {
            model.shared.list(try GuestFilter(text), cursor: model.shared.cursor.guest)
            return true
        } catch {
            self.error = error
            return false
        }
    }

    func cancel(_ model: inout Model) { model.shared.list(before, cursor: origin) }
}
