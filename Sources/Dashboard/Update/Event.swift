public import GuestVCPU

/// Something that happened to the dashboard.
public enum Event: Hashable, Sendable {
    /// A key was pressed.
    case key(Key)
    /// The screen has this size now.
    case resized(Size)
    /// Everything that is known of all guests, and what the clock on the wall shows.
    case snapshot(FleetSnapshot, clock: String)
    /// Time has passed and nothing else happened.
    case time(ContinuousClock.Instant, clock: String)
    /// A change that was asked for is at this step.
    case step(GuestID, TransactionStep)
    /// A change that was asked for is over.
    case finished(GuestID, TransactionResult, at: ContinuousClock.Instant)
}
