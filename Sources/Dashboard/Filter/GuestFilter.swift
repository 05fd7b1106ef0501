internal import GuestVCPU

/// Which guests are listed: those of which an expression holds.
///
/// The language is in `FilterHelp`. Every filter of earlier releases means what it meant: terms
/// between blanks, all of which must hold. Nothing of it depends on the screen but `marked`.
struct GuestFilter: Hashable {
    /// The text as it was typed, without blanks around it.
    let text: String
    private let expression: FilterExpression

    /// A filter that lets every guest through.
    static let none = GuestFilter(text: "", expression: .all([]))

    private init(text: String, expression: FilterExpression) {
        self.text = text
        self.expression = expression
    }

    /// Reads a filter.
    init(_ text: String) throws(FilterProblem) {
        self.text = text.trimmingBlanks
        expression = try FilterExpression(parsing: text)
    }

    /// Whether every guest is let through.
    var isEmpty: Bool { expression == .all([]) }

    /// Whether a guest is let through.
    ///
    /// - Parameter isMarked: Whether vCPUs of it are marked.
    func matches(_ guest: RosterGuest, isMarked: Bool = false) -> Bool {
        expression.holds(of: FilterSubject(guest: guest, isMarked: isMarked))
    }
}

/// A guest that a filter looks at.
struct FilterSubject {
    let guest: RosterGuest
    /// Whether vCPUs of it are marked.
    let isMarked: Bool
}

extension String {
    fileprivate var trimmingBlanks: String {
        let start = drop(while: \.isBlank)
        return String(start.reversed().drop(while: \.isBlank).reversed())
    }
}
