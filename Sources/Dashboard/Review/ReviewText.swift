internal import CanvasKit
internal import GuestVCPU

/// What a review says of one guest, computed once for all keys and frames.
///
/// A review of a thousand guests has many more lines than are shown, but each has to be counted.
struct ReviewText: Sendable {
    /// Its lines, in these columns.
    let lines: [[StyledText]]
    /// The one with the age of the reading, which is left empty; nil where there is none.
    let ageLine: Int?
    /// When the reading was made that the plan is checked against.
    let readAt: ContinuousClock.Instant?
    /// What it was computed from.
    let member: RosterGuest?
    let policy: FailurePolicy
    let columns: ReviewColumns

    /// Whether the cached text is still valid.
    func isCurrent(
        for member: RosterGuest?, _ policy: FailurePolicy, _ columns: ReviewColumns
    ) -> Bool {
        self.member === member && self.policy == policy && self.columns == columns
    }
}
