package import GuestVCPU

/// A change that the user has reviewed and sent.
package struct ChangeOrder: Hashable, Sendable {
    /// Which guest to change.
    package let guest: GuestID
    /// What is asked for.
    package let request: ChangeRequest
    /// The reading that was reviewed.
    package let reviewed: GuestVCPUs
    /// What to do when an entry fails.
    package let policy: FailurePolicy
    /// Whether the change has to be recorded; false where the user agreed that it cannot be.
    package let isRecorded: Bool
    /// The change that this one takes back; nil where it takes none back.
    package let reverts: ChangeID?

    /// Creates an order.
    package init(
        guest: GuestID, request: ChangeRequest, reviewed: GuestVCPUs,
        policy: FailurePolicy = .rollBack, isRecorded: Bool = true, reverts: ChangeID? = nil
    ) {
        self.guest = guest
        self.request = request
        self.reviewed = reviewed
        self.policy = policy
        self.isRecorded = isRecorded
        self.reverts = reverts
    }
}
