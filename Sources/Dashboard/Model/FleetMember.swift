internal import GuestVCPU

extension Fleet {
    /// A guest and what was worked out of it once, when the snapshot came.
    ///
    /// Immutable, and a class: with all that is in it, it would be costly to copy.
    final class Member: Sendable {
        let state: GuestState
        /// The name as it is shown, and how many cells it takes.
        let name: String
        let nameColumns: Int
        /// How many physical CPUs it uses; nil where that is not known.
        let cores: Double?
        /// Whether no source lists it any more; it stays while marks or a change hold it.
        let isGone: Bool
        /// Its place in the snapshot.
        let place: Int
        /// When the guest was first read to be in the state that it is in.
        let stateSince: ContinuousClock.Instant?

        /// Creates a guest.
        ///
        /// - Parameter earlier: The same guest as it was known before.
        init(_ state: GuestState, place: Int, after earlier: Member?, isGone: Bool = false) {
            self.state = state
            self.place = place
            self.isGone = isGone
            name = earlier?.name ?? state.id.name.printable(limit: 200)
            nameColumns = earlier?.nameColumns ?? name.columns(in: .unicode)
            // In the order of the vCPUs: a dictionary's own would round differently each time.
            cores = state.host.flatMap { host in
                host.shares.isEmpty
                    ? nil : host.reading.vcpus.reduce(0) { $0 + (host.shares[$1.id] ?? 0) }
            }
            if let new = state.vcpus, let old = earlier?.state.vcpus, new.hasSameState(as: old) {
                stateSince = earlier?.stateSince
            } else {
                stateSince = state.vcpus?.readAt
            }
        }
    }
}

extension Fleet.Member {
    /// Whether the ids of the one mean the same vCPUs in the other: false when the machine
    /// ended, or when its first vCPU has another thread and so is another process.
    func isSameMachine(as other: Fleet.Member) -> Bool {
        guard !isGone else { return false }
        switch other.state.runState {
        case .shutdown, .crashed: return false
        case .running, .paused, .suspended, .unknown: break
        }
        guard let old = state.host?.reading.vcpus.first?.thread,
            let new = other.state.host?.reading.vcpus.first?.thread
        else { return true }
        return old == new
    }
}
