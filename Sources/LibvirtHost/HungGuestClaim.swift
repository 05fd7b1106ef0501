/// A claim on an unproven guest.
///
/// A run makes it before it asks the guest: without claims, runs that start together would all ask
/// the same hung guests.
///
/// Each method blocks for at most a fraction of a second.
struct HungGuestClaim: Sendable {
    let guest: String
    private let memory: HungGuests

    /// Prepares a claim; nil when there is no guest, or no memory to share with other runs.
    init?(_ memory: HungGuests?, _ guest: String?) {
        guard let memory, let guest else { return nil }
        self.memory = memory
        self.guest = guest
    }

    /// Makes the claim, if claims are possible at all.
    ///
    /// - Returns: False when another run has it.
    func make() -> Bool { memory.claim(guest) != .elsewhere }

    /// The guests that hang, as far as any run knows.
    var hungGuests: Set<String> { memory.hung }
}
