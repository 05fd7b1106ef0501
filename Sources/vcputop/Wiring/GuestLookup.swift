internal import GuestVCPU

/// Which guest a name means: `NAME`, or `SOURCE/NAME` where one name is not enough.
enum GuestLookup {
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
        if GuestPattern(name).isGlob { return .noMatch(name, known: known) }
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
}
