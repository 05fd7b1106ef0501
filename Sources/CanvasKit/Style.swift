/// How a cell looks, in terms of what it means; a theme turns it into colours.
///
/// What a role tells is told by the text as well: a theme without colours loses nothing.
package struct Style: Hashable, Sendable {
    /// What a piece of the screen is.
    package enum Role: UInt8, Hashable, Sendable, CaseIterable {
        /// Plain text.
        case text
        /// The line at the top.
        case title
        /// Rulers, and titles within a page.
        case heading
        /// The line of a table's heads, filled from end to end.
        case bar
        /// Of little weight: units, what is disabled.
        case faint
        /// A key that can be pressed.
        case key
        /// Frames of dialogs.
        case border
        /// A vCPU that does little. The brighter the load, the higher; it has colours of its own,
        /// since a vCPU that works is no trouble.
        case loadLow
        /// A vCPU that is used by half, about.
        case loadMedium
        /// A vCPU that is close to its limit.
        case loadHigh
        /// An offline vCPU.
        case offline
        /// Marked to come online.
        case toOnline
        /// Marked to go offline.
        case toOffline
        /// Being changed.
        case sending
        /// A change that failed.
        case failed
        /// Not known.
        case unknown
        /// Host and guest contradict each other.
        case contradicted
        /// All is well.
        case good
        /// Worth a look.
        case warning
        /// Wrong.
        case bad
    }

    /// What lies on a cell.
    package enum Emphasis: UInt8, Hashable, Sendable {
        /// Nothing.
        case none
        /// It is in the row of the cursor.
        case lit
        /// It is in the range that is selected, or the name of the row of the cursor.
        case selected
        /// The cursor is on it.
        case cursor
    }

    /// What the cell is.
    package var role: Role
    /// Underlined: a vCPU that cannot be taken offline.
    package var isUnderlined: Bool
    /// Dimmed: what it shows is old.
    package var isDimmed: Bool
    /// Whether the cursor or a selection lies on it.
    package var emphasis: Emphasis

    /// Creates a style.
    package init(
        _ role: Role = .text, isUnderlined: Bool = false, isDimmed: Bool = false,
        emphasis: Emphasis = .none
    ) {
        self.role = role
        self.isUnderlined = isUnderlined
        self.isDimmed = isDimmed
        self.emphasis = emphasis
    }
}
