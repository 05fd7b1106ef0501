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

    /// What has to be read for it to be known.
    var needs: FleetNeeds {
        switch self {
        case .term(let term): term.needs
        case .not(let other): other.needs
        case .all(let parts), .any(let parts): parts.reduce([]) { $0.union($1.needs) }
        }
    }
}
