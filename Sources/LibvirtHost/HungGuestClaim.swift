/// A claim on a guest that has not proven itself, to be made before it is asked: runs that begin
/// together would else all ask the same guests that hang.
///
/// Each method blocks for at most a fraction of a second.
struct HungGuestClaim: Sendable {
    let guest: String
    private let memory: HungGuests

    /// Prepares a claim; nil where there is nothing to claim, or no memory to share with other runs.
    init?(_ memory: HungGuests?, _ guest: String?) {
        guard let memory, let guest else { return nil }
        self.memory = memory
        self.guest = guest
    }

    /// Makes the claim, where claims can be made at all.
    ///
    /// - Returns: False when another run has it.
    func make() -> Bool { memory.claim(guest) != .elsewhere }

    /// The guests that hang, as far as any run knows.
    var hungGuests: Set<String> { memory.hung }
}
