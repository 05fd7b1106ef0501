internal import CanvasKit
internal import GuestVCPU

/// What a review says of one guest, worked out once for all keys and frames.
///
/// A review of a thousand guests has many more lines than are shown, but each has to be counted.
struct ReviewText: Sendable {
    /// Its lines, in these columns.
    let lines: [[StyledText]]
    /// The one that tells how old the reading is, which is left empty; nil where none does.
    let ageLine: Int?
    /// When the reading was made that the plan is held against.
    let readAt: ContinuousClock.Instant?
    /// What it was worked out from.
    let member: RosterGuest?
    let policy: FailurePolicy
    let columns: ReviewColumns

    /// Whether the cached text is still valid.
    func stands(
        for member: RosterGuest?, _ policy: FailurePolicy, _ columns: ReviewColumns
    ) -> Bool {
        self.member === member && self.policy == policy && self.columns == columns
    }
}
