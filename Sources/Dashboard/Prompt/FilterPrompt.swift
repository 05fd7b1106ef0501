internal import GuestVCPU

/// A filter that is being typed; the list follows it.
struct FilterPrompt: Prompt {
    var text: String
    /// What was listed before, and where the cursor was.
    private let before: GuestFilter
    private let origin: GuestID?
    /// The syntax error; set when Return was pressed, cleared by the next key.
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
        if let filter = try? GuestFilter(text) { model.shared.applyFilter(filter, cursor: origin) }
    }

    mutating func accept(_ model: inout Model) -> Bool {
        do {
            model.shared.applyFilter(try GuestFilter(text), cursor: model.shared.cursor.guest)
            return true
        } catch {
            self.error = error
            return false
        }
    }

    func cancel(_ model: inout Model) { model.shared.applyFilter(before, cursor: origin) }
}
