/// Finds the guests that recorded changes were sent to, among those that are there now.
package struct RecordedGuestIndex: Sendable {
    private struct Name: Hashable {
        let source: String
        let guest: String
    }

    private struct Entry {
        let id: GuestID
        let isTrusted: Bool
    }

    private var byName: [Name: [Entry]] = [:]
    /// The guests of trusted users: any user can start a process with the UUID of another's guest.
    private var byUUID: [String: [GuestID]] = [:]

    /// Indexes guests.
    package init(_ guests: some Sequence<(id: GuestID, owner: GuestOwner?)>) {
        for (id, owner) in guests {
            let entry = Entry(id: id, isTrusted: owner?.isTrusted != false)
            byName[Name(source: id.source.name, guest: id.name), default: []].append(entry)
            if let uuid = id.uuid, entry.isTrusted { byUUID[uuid, default: []].append(id) }
        }
    }

    /// The guest that a change was sent to; nil where none is, or it is not certain which.
    ///
    /// It is the one of the same source and name, unless another machine has that name now; else
    /// the only one that is known by the same UUID.
    ///
    /// - Parameter uuid: The UUID that was recorded; nil where none was.
    package func guest(named name: String, source: String, uuid: String?) -> GuestID? {
        let same = (byName[Name(source: source, guest: name)] ?? []).filter { entry in
            uuid == nil || entry.id.uuid == nil || entry.id.uuid == uuid
        }
        if let entry = same.first(where: \.isTrusted) ?? same.first { return entry.id }
        guard let uuid, let found = byUUID[uuid], found.count == 1 else { return nil }
        return found.first
    }
}
