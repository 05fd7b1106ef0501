internal import Glibc
internal import GuestVCPU

/// A GUEST of the command line: `NAME`, `SOURCE/NAME`, or a glob of either.
struct GuestPattern: Hashable, Sendable {
    /// As it was typed.
    let text: String

    init(_ text: String) {
        self.text = text
    }

    /// Whether it can mean many guests.
    var isGlob: Bool { text.contains { "*?[".contains($0) } }

    /// The guests that it means.
    ///
    /// A guest with that very name goes first, whatever the name holds: it is meant alone.
    func guests(of all: [Guest]) -> [Guest] {
        let named = all.filter { GuestLookup.matches($0.id, owner: $0.owner, text) }
        guard named.isEmpty, isGlob else { return named }
        return all.filter { globs($0.id, owner: $0.owner) }
    }

    /// Whether it can mean a guest.
    func matches(_ id: GuestID, owner: GuestOwner?) -> Bool {
        GuestLookup.matches(id, owner: owner, text) || isGlob && globs(id, owner: owner)
    }

    /// Whether it can mean a guest that is left out.
    func matches(_ guest: LeftOutGuest) -> Bool {
        GuestLookup.matches(guest, text) || isGlob && Self.glob(text, matches: guest.name)
    }

    /// Whether the glob matches a guest, by its name or its full name.
    ///
    /// It never matches a guest of an untrusted user: any user can start a process that has the
    /// name of a guest.
    private func globs(_ id: GuestID, owner: GuestOwner?) -> Bool {
        guard owner?.isTrusted != false else { return false }
        return Self.glob(text, matches: id.name)
            || Self.glob(text, matches: GuestLookup.fullName(id))
    }

    /// The longest name that is looked at, in bytes: matching can take a time that grows faster than
    /// the name.
    private static let longestName = 1_000

    static func glob(_ pattern: String, matches name: String) -> Bool {
        guard name.utf8.count <= longestName else { return false }
        // The program runs in the C locale, where `?` would be a byte.
        let before = locale.map { uselocale($0.value) }
        defer { if let before { uselocale(before) } }
        return fnmatch(pattern, name, 0) == 0
    }

    /// A locale that knows characters; nil where the system has none.
    private static let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil).map(Locale.init)

    private struct Locale: @unchecked Sendable {
        let value: locale_t
    }
}
