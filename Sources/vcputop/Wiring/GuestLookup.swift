internal import GuestVCPU

/// Why no guest answers to a name.
enum GuestLookupError: Error {
    /// There is none, among these.
    case unknown(String, known: [String])
    /// More than one has it; these are their full names.
    case ambiguous(String, [String])

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
        }
    }
}

/// Finds guests by `NAME`, or by `SOURCE/NAME` where one name is not enough.
enum GuestLookup {
    /// Asks every source for its list, once, and picks the guest with that name.
    ///
    /// - Parameter timeout: How long a source may take for its list.
    static func find(
        _ name: String, in sources: [any GuestSource], timeout: Duration
    ) async throws(GuestLookupError) -> Guest {
        var all: [Guest] = []
        await withTaskGroup(of: [Guest].self) { group in
            for source in sources {
                group.addTask { await firstListing(of: source, timeout: timeout) }
            }
            for await guests in group { all += guests }
        }
        let found = all.filter { matches($0.id, name) }
        guard let guest = found.first else {
            throw .unknown(name, known: all.map(\.id.name).sorted())
        }
        guard found.count == 1 else {
            throw .ambiguous(name, found.map { fullName($0.id) }.sorted())
        }
        return guest
    }

    static func matches(_ id: GuestID, _ name: String) -> Bool {
        id.name == name || fullName(id) == name
    }

    static func fullName(_ id: GuestID) -> String { "\(id.source)/\(id.name)" }

    private static func firstListing(of source: any GuestSource, timeout: Duration) async -> [Guest]
    {
        await withTaskGroup(of: [Guest]?.self) { group in
            group.addTask {
                for await listing in source.listings() where listing.status != .pending {
                    return listing.guests
                }
                return []
            }
            group.addTask {
                try? await Task.sleep(for: timeout, clock: .continuous)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? []
        }
    }
}
