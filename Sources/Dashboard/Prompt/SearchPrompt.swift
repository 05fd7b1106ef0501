internal import GuestVCPU

/// A guest's name that is being typed; the cursor goes to the first guest that has it.
struct SearchPrompt: Prompt {
    var text = ""
    /// Where the cursor was before.
    let origin: GuestID?
    /// Whether some guest's name has the text in it.
    private var isFound = true

    init(origin: GuestID?) {
        self.origin = origin
    }

    static let limit = 60

    func label(_ shared: SharedState) -> String { "search: " }

    var problem: String? { isFound ? nil : "no guest's name has this in it" }

    mutating func textChanged(_ model: inout Model, at moment: Moment) {
        let roster = model.shared.roster
        let start = origin.flatMap(roster.row(of:)) ?? 0
        let found = text.isEmpty ? origin : roster.firstGuest(named: text, from: start)
        isFound = found != nil || text.isEmpty
        model.shared.cursor.guest = found ?? origin
    }

    mutating func accept(_ model: inout Model) -> Bool {
        model.fleet.searched = text
        if !isFound { model.shared.cursor.guest = origin }
        return true
    }

    func cancel(_ model: inout Model) { model.shared.cursor.guest = origin }
}
