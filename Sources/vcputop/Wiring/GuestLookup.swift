internal import GuestVCPU

/// Finds guests by `NAME`, or by `SOURCE/NAME` where one name is not enough.
enum GuestLookup {
    /// Asks every source for its list, once, and picks the guest with that name.
    ///
    /// A full name needs its own source alone. Any other might be a second guest's on a source
    /// that does not answer, and the wrong guest is worse than none.
    ///
    /// - Parameter timeout: How long a source may take for its list.
    static func find(
        _ name: String, in sources: [any GuestSource], timeout: Duration
    ) async throws(GuestLookupError) -> Guest {
        var all: [Guest] = []
        var leftOut: [LeftOutGuest] = []
        var failures: [String] = []
        await withTaskGroup(of: (String, SourceListing?).self) { group in
            for source in sources {
                group.addTask {
                    (source.name, await firstListing(of: source, timeout: timeout))
                }
            }
            for await (source, listing) in group {
                all += listing?.guests ?? []
                leftOut += listing?.leftOut ?? []
                switch listing?.status {
                case .failed(let reason): failures.append("cannot reach '\(source)': \(reason)")
                case nil: failures.append("cannot reach '\(source)': no answer in time")
                case .ok, .pending: break
                }
            }
        }
        let found = all.filter { matches($0.id, owner: $0.owner, name) }
        guard found.count < 2 else { throw .ambiguous(name, NamedGuest.all(found, among: all)) }
        if let guest = found.first, failures.isEmpty || fullName(guest.id) == name { return guest }
        guard failures.isEmpty else {
            throw .unreachable(
                name, reasons: failures.sorted(), found: NamedGuest.all(found, among: all))
        }
        throw miss(name, among: all, leftOut: leftOut)
    }

    /// Why a name means none of these guests.
    static func miss(
        _ name: String, among all: [Guest], leftOut: [LeftOutGuest]
    ) -> GuestLookupError {
        let foreign = all.filter { $0.id.name == name }
        guard foreign.isEmpty else { return .foreign(name, NamedGuest.all(foreign, among: all)) }
        let unlisted = leftOut.filter { matches($0, name) }
        guard unlisted.isEmpty else { return .leftOut(unlisted) }
        let known = NamedGuest.all(all, among: all)
        let labelled = known.filter { $0.label == name }
        guard labelled.isEmpty else { return .label(name, labelled) }
        return .unknown(name, known: known)
    }

    /// Whether a name means a guest.
    ///
    /// The full name always does, the plain one only for guests of trusted users: any user can
    /// start a process that has the name of a guest.
    static func matches(_ id: GuestID, owner: GuestOwner?, _ name: String) -> Bool {
        id.name == name && owner?.isTrusted != false || fullName(id) == name
    }

    /// Whether a name means a guest that is left out.
    static func matches(_ guest: LeftOutGuest, _ name: String) -> Bool {
        guest.name == LeftOutGuest(name: name, reason: "").name
    }

    static func fullName(_ id: GuestID) -> String { "\(id.source.name)/\(id.name)" }

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
