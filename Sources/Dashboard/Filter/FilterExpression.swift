/// What a filter says of a guest.
indirect enum FilterExpression: Hashable, Sendable {
    case term(FilterTerm)
    case not(FilterExpression)
    /// All of these hold; of none it is true.
    case all([FilterExpression])
    /// One of these holds at least.
    case any([FilterExpression])

    /// Whether it holds of a guest.
    ///
    /// A comparison with what is not known does not hold, so `not` is true then.
    func holds(of subject: FilterSubject) -> Bool {
        switch self {
        case .term(let term): term.holds(of: subject)
        case .not(let other): !other.holds(of: subject)
        case .all(let parts): parts.allSatisfy { $0.holds(of: subject) }
        case .any(let parts): parts.contains { $0.holds(of: subject) }
        }
    }
}
