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
    ///
    /// - Parameter hasMarks: Whether guests can be marked where it is used; `marked` is an error
    ///   elsewhere.
    init(_ text: String, hasMarks: Bool = true) throws(FilterProblem) {
        self.text = text.trimmingBlanks
        expression = try FilterExpression(parsing: text, hasMarks: hasMarks)
    }

    /// What has to be read for it to be known of a guest whether it is let through.
    var needs: FleetNeeds { expression.needs }

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
