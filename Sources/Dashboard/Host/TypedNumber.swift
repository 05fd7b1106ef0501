internal import GuestVCPU

/// A number that is typed digit by digit, without a prompt.
struct TypedNumber: Equatable, Sendable {
    private var number = 0
    private var until: ContinuousClock.Instant?

    /// How long the next digit belongs to the same number.
    private static let patience = Duration.seconds(2)

    /// Adds a digit.
    ///
    /// - Parameter exists: Whether there is something of this number: a digit that would make a
    ///   number of which there is nothing begins another one.
    /// - Returns: The number.
    mutating func add(_ digit: Int, at moment: Moment, where exists: (Int) -> Bool) -> Int {
        let isLate = until.map { moment.instant > $0 } ?? true
        let longer = number * 10 + digit
        let goesOn = !isLate && PhysicalCPUSet.idRange.contains(longer) && exists(longer)
        number = goesOn ? longer : digit
        until = moment.instant + Self.patience
        return number
    }
}
