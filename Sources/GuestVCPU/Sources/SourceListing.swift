/// What a source says of itself and of its guests.
public struct SourceListing: Sendable {
    /// Whether the source answers.
    public package(set) var status: SourceStatus
    /// Its guests, in the order to show them; the last known ones where it does not answer.
    public package(set) var guests: [Guest]
    /// Guests to be read at once: their agent came or went, or they began to run again.
    public package(set) var needingRefresh: Set<GuestID>
    /// Guests that were found and are not among these, with the reasons.
    public package(set) var leftOut: [LeftOutGuest]
    /// What else is to be known of the list, printable.
    public package(set) var note: String?

    /// Creates a listing.
    public init(
        status: SourceStatus, guests: [Guest], needingRefresh: Set<GuestID> = [],
        leftOut: [LeftOutGuest] = [], note: String? = nil
    ) {
        self.status = status
        self.guests = guests
        self.needingRefresh = needingRefresh
        self.leftOut = leftOut
        self.note = note
    }
}
