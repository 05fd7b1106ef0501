/// Up to where a change is sent without its number being typed first.
package struct ConfirmationLimits: Hashable, Sendable {
    /// The largest share of a guest's online vCPUs that goes offline, 0 to 1.
    package var share: Double
    /// The most guests that change.
    package var guests: Int

    /// Creates limits; those that hold where nothing else is said are the defaults.
    package init(share: Double = 0.5, guests: Int = 4) {
        self.share = share
        self.guests = guests
    }

    /// Whether it is a large part to take so many of so many vCPUs offline.
    func isLarge(_ offline: Int, of online: Int) -> Bool {
        Double(offline) > share * Double(online)
    }

    /// The share in words.
    var shareText: String {
        share == 0.5 ? "half" : "\(Int((min(max(share, 0), 1) * 100).rounded())) %"
    }
}
