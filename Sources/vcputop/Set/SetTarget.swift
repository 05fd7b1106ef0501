internal import GuestVCPU

/// A guest that is to be changed, or a name that means none.
struct SetTarget: Sendable {
    /// What output calls it: as it was typed, or the shortest name that means it.
    let name: String
    var request: ChangeRequest
    /// The reading that the request was made by; nil where the transaction's own counts.
    var reviewed: GuestVCPUs?
    /// The change that is taken back; nil where none is.
    var reverts: ChangeID?
    let found: Found

    /// What the name means.
    enum Found: Sendable {
        case guest(Guest)
        /// No guest, for this cause.
        case none(TransactionFailure.Cause)
    }

    init(_ name: String, _ request: ChangeRequest, _ found: Found) {
        self.name = name
        self.request = request
        self.found = found
    }

    /// A name that means no guest.
    init(_ name: String, _ request: ChangeRequest, _ error: GuestLookupError) {
        self.init(name, request, .none(.agent(error.agentError)))
    }

    /// Which guest; nil where the name means none.
    var id: GuestID? {
        if case .guest(let guest) = found { return guest.id }
        return nil
    }
}

extension GuestDirectory {
    /// The guests that some names and globs mean, each once, in the order that they were typed.
    func targets(_ names: [String], _ request: ChangeRequest) -> [SetTarget] {
        var seen: Set<GuestID> = []
        return names.flatMap { targets(of: GuestPattern($0), request) }.filter { target in
            target.id.map { seen.insert($0).inserted } ?? true
        }
    }

    /// The guests that a filter picked, but for those of untrusted users: any user can start a
    /// process that looks like a guest.
    func targets(_ selected: [GuestID], _ request: ChangeRequest) -> [SetTarget] {
        let byID = Dictionary(guests.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let trusted = selected.compactMap { byID[$0] }.filter { $0.owner?.isTrusted != false }
        return targets(of: trusted, request)
    }

    /// The guests that globs mean, and that are left out: nothing else would say why they are.
    func leftOut(matching names: [String]) -> [LeftOutGuest] {
        let globs = names.map(GuestPattern.init).filter(\.isGlob)
        // Another source can list them.
        let listed = Set(guests.compactMap(\.id.uuid))
        return leftOut.filter { guest in
            guest.uuid.map(listed.contains) != true && globs.contains { $0.matches(guest) }
        }
    }

    /// The guests of a list of changes.
    ///
    /// - Throws: A usage error where two lines mean one guest.
    func targets(
        _ changes: [ListedChange], file: String
    ) throws(CommandFailure) -> [SetTarget] {
        var lines: [GuestID: Int] = [:]
        var targets: [SetTarget] = []
        for change in changes {
            let target = target(named: change.guest, change.request)
            if let id = target.id, let first = lines.updateValue(change.line, forKey: id) {
                throw CommandFailure(
                    .usage,
                    "\(file):\(change.line): guest '\(change.guest)' is the guest of line \(first)",
                    note: "nothing was sent")
            }
            targets.append(target)
        }
        return targets
    }

    private func targets(of pattern: GuestPattern, _ request: ChangeRequest) -> [SetTarget] {
        let matching = pattern.guests(of: guests)
        let isNamed = matching.contains {
            GuestLookup.matches($0.id, owner: $0.owner, pattern.text)
        }
        guard pattern.isGlob, !isNamed else { return [target(named: pattern.text, request)] }
        var targets = targets(of: matching, request)
        // What could not be asked may have more guests that are meant.
        if !failures.isEmpty {
            let error = GuestLookupError.unreachable(pattern.text, reasons: failures, found: [])
            targets.append(SetTarget(pattern.text, request, error))
        } else if targets.isEmpty {
            let known = NamedGuest.all(guests, among: guests)
            targets.append(SetTarget(pattern.text, request, .noMatch(pattern.text, known: known)))
        }
        return targets
    }

    private func targets(of guests: [Guest], _ request: ChangeRequest) -> [SetTarget] {
        zip(guests, NamedGuest.all(guests, among: self.guests)).map { guest, names in
            SetTarget(names.plain, request, .guest(guest))
        }
    }

    private func target(named name: String, _ request: ChangeRequest) -> SetTarget {
        do throws(GuestLookupError) {
            return SetTarget(name, request, .guest(try guest(named: name)))
        } catch {
            return SetTarget(name, request, error)
        }
    }
}
