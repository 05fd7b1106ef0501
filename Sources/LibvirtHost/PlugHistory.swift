internal import GuestVCPU

/// Follows in which order the vCPUs of one domain were plugged since its kernel began, and whether
/// that is the order of the guest's numbers.
///
/// A guest numbers by index what is there when it boots, and what comes later in the order of its
/// coming. So the order tells the numbers where it ascends anyway, and where all that came out
/// of turn was seen to come. A number that an unplugged vCPU left free may go to the next one,
/// which the order does not tell.
struct PlugHistory: Hashable, Sendable {
    /// The indices of the vCPUs, the one plugged first first; nil where that is not known.
    private(set) var order: [HostIndex]?
    /// Whether every change since the guest's kernel began is known.
    private(set) var isWatched = false
    /// Whether one was unplugged since.
    private var hasFreeNumbers = false

    /// Records the present order; nil where it is not known.
    mutating func record(_ newOrder: [HostIndex]?) {
        defer { order = newOrder }
        guard let newOrder else {
            isWatched = false
            return
        }
        guard let order else {
            isWatched = newOrder == newOrder.sorted()
            hasFreeNumbers = false
            return
        }
        if newOrder.starts(with: order) {
            if newOrder.count > order.count, hasFreeNumbers { isWatched = false }
        } else if newOrder == order.filter(newOrder.contains) {
            hasFreeNumbers = true
        } else {
            // Both came and went between two looks.
            isWatched = false
        }
    }
}
