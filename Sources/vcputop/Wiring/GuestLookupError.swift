internal import GuestVCPU
internal import SafeText

/// Why a name means no guest.
enum GuestLookupError: Error {
    /// There is none, among these.
    case unknown(String, known: [NamedGuest])
    /// No guest matches this glob, among these.
    case noMatch(String, known: [NamedGuest])
    /// More than one has it: these.
    case ambiguous(String, [NamedGuest])
    /// Only guests of other users have it: these.
    case foreign(String, [NamedGuest])
    /// It is what a table or a screen calls these, to tell them from others of the same name.
    case label(String, [NamedGuest])
    /// Guests with this name were found, and are not listed.
    case leftOut([LeftOutGuest])
    /// Sources that could not be asked may have it; why they could not, and those that have it
    /// among the others.
    case unreachable(String, reasons: [String], found: [NamedGuest])

    /// The same as a reason why the guest could not be read.
    var agentError: AgentError { AgentError(.error, message) }

    /// The error in words, with the names that can be typed instead.
    var message: String {
        switch self {
        case .unknown(let name, let known):
            return "no guest is called '\(name)'" + Self.advice(name, known)
        case .noMatch(let glob, let known):
            return "no guest matches '\(glob)'"
                + (known.isEmpty ? "" : "; there are: \(Self.list(known.map(\.shortest).sorted()))")
        case .ambiguous(let name, let guests):
            return "more than one guest is called '\(name)', so give the full name: "
                + Self.list(guests.map(\.full).sorted())
        case .foreign(let name, let guests):
            return "'\(name)' is a guest of another user, which only its full name means: "
                + Self.list(guests.map(\.full).sorted())
        case .label(let name, let guests):
            return "no guest is called '\(name)'; its full name is: "
                + Self.list(guests.map(\.full).sorted())
        case .leftOut(let guests):
            let texts = guests.map { $0.summary + ($0.help.map { "; \($0)" } ?? "") }
            return texts.prefix(Self.most).joined(separator: "; ")
        case .unreachable(_, let reasons, let found):
            let names = found.prefix(Self.most).map { "; if \($0.full) is meant, name it so" }
            return reasons.joined(separator: "; ") + names.joined()
        }
    }

    private static let most = 20

    private static func list(_ names: [String]) -> String {
        let more = names.count > most ? " and \(names.count - most) more" : ""
        return names.prefix(most).joined(separator: ", ") + more
    }

    /// The guest that was probably meant, and all that there are.
    private static func advice(_ name: String, _ known: [NamedGuest]) -> String {
        guard !known.isEmpty else { return "" }
        let names = known.map(\.shortest).sorted()
        let question = NearestWord.question(name, among: names).map { "\($0) " } ?? ""
        return "; \(question)there are: \(list(names))"
    }
}

/// A guest with the names that mean it, as they are typed in a shell.
struct NamedGuest {
    /// What tables and screens call it.
    let label: String
    /// Its full name, and after it the label where that says more than the name.
    let full: String
    /// Its name alone where that means it, else the same as `full`.
    let shortest: String
    /// The shortest name that means it, as it is.
    let plain: String

    /// The names of some guests.
    ///
    /// - Parameter all: All guests that there are: what a name means depends on the others.
    static func all(_ guests: [Guest], among all: [Guest]) -> [NamedGuest] {
        let labels = GuestLabels(of: all)
        let meant = Dictionary(
            all.filter { GuestLookup.matches($0.id, owner: $0.owner, $0.id.name) }
                .map { ($0.id.name, 1) }, uniquingKeysWith: +)
        return guests.map { guest in
            let name = guest.id.name
            let label = labels[guest.id].text
            var full = GuestLookup.fullName(guest.id).shellWord
            if label != name.printable(limit: 200) { full += " for \(label)" }
            let isMeant =
                meant[name] == 1 && GuestLookup.matches(guest.id, owner: guest.owner, name)
            return NamedGuest(
                label: label, full: full, shortest: isMeant ? name.shellWord : full,
                plain: isMeant ? name : GuestLookup.fullName(guest.id))
        }
    }
}
