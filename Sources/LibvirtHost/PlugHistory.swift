internal import GuestVCPU

/// Tracks the order in which the vCPUs of one domain were plugged since its kernel started, and
/// whether the guest numbers them in this order.
///
/// At boot a guest numbers its vCPUs by their index; later ones get numbers as they are plugged. So
/// the plug order gives the numbers when it ascends, and when we saw every plug that does not fit.
/// After an unplug the guest can reuse the free number, which the order does not show.
struct PlugHistory: Hashable, Sendable {
    /// The indices of the vCPUs in the order of plugging; nil when unknown.
    private(set) var order: [HostIndex]?
    /// Whether we saw every change since the guest's kernel started.
    private(set) var isWatched = false
    /// Whether a vCPU was unplugged since.
    private var hasFreeNumbers = false

    /// Records the present order; nil when it is unknown.
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
            // vCPUs were both plugged and unplugged between two readings.
            isWatched = false
        }
    }
}
