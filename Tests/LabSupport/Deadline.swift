import Glibc

/// The latest instant to wait for something.
struct Deadline {
    let instant: ContinuousClock.Instant

    init(within duration: Duration) {
        instant = .now + duration
    }

    var hasPassed: Bool { instant <= .now }

    /// What is left, in milliseconds and rounded up, as `poll` takes it.
    var milliseconds: Int32 {
        let left = (instant - .now) / Duration.milliseconds(1)
        return Int32(min(max(left.rounded(.up), 0), 3_600_000))
    }
}

/// Waits until a condition holds, trying it twenty times a second.
///
/// - Throws: `LabError.late` when the time is over; what the condition itself throws.
public func wait(
    for what: @autoclosure () -> String, within duration: Duration = .seconds(30),
    until condition: () throws -> Bool
) throws {
    let deadline = Deadline(within: duration)
    while try !condition() {
        guard !deadline.hasPassed else { throw LabError.late(what()) }
        usleep(50_000)
    }
}
