internal import GuestVCPU

/// The guests of all sources, at one time.
struct GuestDirectory: Sendable {
    /// The guests, of the first source first.
    var guests: [Guest] = []
    /// Guests that were found and are not listed.
    var leftOut: [LeftOutGuest] = []
    /// Why sources could not be asked, sorted.
    var failures: [String] = []

    /// Asks every source for its list, once.
    ///
    /// - Parameter timeout: How long a source may take for its list.
    static func read(_ sources: [any GuestSource], timeout: Duration) async -> GuestDirectory {
        var listings: [(place: Int, source: String, listing: SourceListing?)] = []
        await withTaskGroup(of: (Int, String, SourceListing?).self) { group in
            for (place, source) in sources.enumerated() {
                group.addTask {
                    (place, source.name, await firstListing(of: source, timeout: timeout))
                }
            }
            for await listing in group { listings.append(listing) }
        }
        var directory = GuestDirectory()
        for (_, source, listing) in listings.sorted(by: { $0.place < $1.place }) {
            directory.guests += listing?.guests ?? []
            directory.leftOut += listing?.leftOut ?? []
            switch listing?.status {
            case .failed(let reason):
                directory.failures.append("cannot reach '\(source)': \(reason)")
            case nil: directory.failures.append("cannot reach '\(source)': no answer in time")
            case .ok, .pending: break
            }
        }
        directory.failures.sort()
        return directory
    }

    /// Finds the guest with a name.
    ///
    /// A full name needs its own source alone. Any other might be a second guest's on a source
    /// that does not answer, and the wrong guest is worse than none.
    func guest(named name: String) throws(GuestLookupError) -> Guest {
        let found = guests.filter { GuestLookup.matches($0.id, owner: $0.owner, name) }
        guard found.count < 2 else { throw .ambiguous(name, NamedGuest.all(found, among: guests)) }
        if let guest = found.first, failures.isEmpty || GuestLookup.fullName(guest.id) == name {
            return guest
        }
        guard failures.isEmpty else {
            throw .unreachable(
                name, reasons: failures, found: NamedGuest.all(found, among: guests))
        }
        throw GuestLookup.miss(name, among: guests, leftOut: leftOut)
    }

    /// Nil when there is none in time.
    private static func firstListing(
        of source: any GuestSource, timeout: Duration
    ) async -> SourceListing? {
        await withTaskGroup(of: SourceListing?.self) { group in
            group.addTask {
                for await listing in source.listings() where listing.status != .pending {
                    return listing
                }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: timeout, clock: .continuous)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
