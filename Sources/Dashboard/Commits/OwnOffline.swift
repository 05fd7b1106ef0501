internal import GuestVCPU

/// The vCPUs that this dashboard has taken offline and that still are, with the time of day.
struct OwnOffline: Hashable {
    private var clocks: [GuestID: [Int: String]] = [:]

    /// When the vCPUs of a guest were taken offline: the time of day, by id.
    subscript(guest: GuestID) -> [Int: String] { clocks[guest] ?? [:] }

    /// Records that vCPUs of a guest went offline.
    ///
    /// - Parameter clock: The time of day, `17:34:09`; the seconds are left out.
    mutating func add(_ ids: CPUMap, of guest: GuestID, clock: String) {
        let time = clock.split(separator: ":").prefix(2).joined(separator: ":")
        for id in ids { clocks[guest, default: [:]][id] = time }
    }

    /// Forgets the vCPUs that a guest does not call offline any more.
    mutating func update(_ guest: GuestID, offline: CPUMap) {
        guard let known = clocks[guest] else { return }
        let left = known.filter { offline.contains($0.key) }
        clocks[guest] = left.isEmpty ? nil : left
    }

    /// Forgets guests whose ids may mean other vCPUs now.
    mutating func forget(_ guests: Set<GuestID>) {
        for guest in guests { clocks[guest] = nil }
    }

    /// The guests of which any is known.
    var guests: Dictionary<GuestID, [Int: String]>.Keys { clocks.keys }
}

extension [Int: String] {
    /// When all of these were taken offline, in words: `offline by you, 17:34`; nil where any was
    /// not, or there is none.
    func words(for ids: CPUMap) -> String? {
        guard !ids.isEmpty else { return nil }
        var last = ""
        for id in ids {
            guard let clock = self[id] else { return nil }
            last = clock
        }
        return last.isEmpty ? "offline by you" : "offline by you, \(last)"
    }
}
