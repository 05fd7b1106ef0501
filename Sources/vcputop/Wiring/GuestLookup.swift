internal import GuestVCPU

/// Why no guest answers to a name.
enum GuestLookupError: Error {
    /// There is none, among these.
    case unknown(String, known: [String])
    /// More than one has it; these are their full names.
    case ambiguous(String, [String])
    /// Only guests of other users have it; these are their full names, with their owners.
    case foreign(String, [String])
    /// Guests with this name were found, and are not listed.
    case leftOut([LeftOutGuest])
    /// Sources that could not be asked may have it; why they could not, and the full names of
    /// those that have it among the others.
    case unreachable(String, reasons: [String], found: [String])

    /// The same as a reason why the guest could not be read.
    var agentError: AgentError {
        switch self {
        case .unknown(let name, let known):
            let list = known.prefix(20).joined(separator: ", ")
            return AgentError(
                .error,
                "no guest is called '\(name)'" + (known.isEmpty ? "" : "; there are: \(list)"))
        case .ambiguous(let name, let names):
            return AgentError(
                .error,
                "more than one guest is called '\(name)': "
                    + names.prefix(20).joined(separator: ", "))
        case .foreign(let name, let names):
            return AgentError(.error, GuestLookup.foreignText(name, names))
        case .leftOut(let guests):
            let texts = guests.prefix(20).map { $0.summary + ($0.help.map { "; \($0)" } ?? "") }
            return AgentError(.error, texts.joined(separator: "; "))
        case .unreachable(_, let reasons, let found):
            let names = found.prefix(20).map { "; if '\($0)' is meant, name it so" }
            return AgentError(.error, reasons.joined(separator: "; ") + names.joined())
        }
    }
}

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
        guard found.count < 2 else {
            throw .ambiguous(name, found.map { fullName($0.id) }.sorted())
        }
        if let guest = found.first, failures.isEmpty || fullName(guest.id) == name { return guest }
        guard failures.isEmpty else {
            throw .unreachable(
                name, reasons: failures.sorted(), found: found.map { fullName($0.id) })
        }
        let foreign = all.filter { $0.id.name == name }
        guard foreign.isEmpty else {
            throw .foreign(name, foreign.map { fullName($0.id, owner: $0.owner) }.sorted())
        }
        let unlisted = leftOut.filter { $0.name == name.printable(limit: 60) }
        guard unlisted.isEmpty else { throw .leftOut(unlisted) }
        throw .unknown(name, known: all.map { plainName($0.id, owner: $0.owner) }.sorted())
    }

    /// Whether a name means a guest.
    ///
    /// The full name always does, the plain one only for guests of trusted users: any user can
    /// start a process that has the name of a guest.
    static func matches(_ id: GuestID, owner: GuestOwner?, _ name: String) -> Bool {
        id.name == name && owner?.isTrusted != false || fullName(id) == name
    }

    /// Why a plain name that only guests of other users have means none of them.
    static func foreignText(_ name: String, _ names: [String]) -> String {
        "'\(name)' is a guest of another user, which only its full name means: "
            + names.prefix(20).joined(separator: ", ")
    }

    /// The shortest name that means the guest, if no other has it.
    private static func plainName(_ id: GuestID, owner: GuestOwner?) -> String {
        owner?.isTrusted == false ? fullName(id, owner: owner) : id.name
    }

    /// The full name, with the owner where that is another user.
    static func fullName(_ id: GuestID, owner: GuestOwner?) -> String {
        let name = fullName(id)
        guard let owner, !owner.isTrusted else { return name }
        return "\(name) (of user \(owner.text))"
    }

    static func fullName(_ id: GuestID) -> String { "\(id.source)/\(id.name)" }

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
