internal import SafeText

/// The labels of all guests, computed once for as long as the guests are the same.
package struct GuestLabels: Sendable {
    private struct Key: Hashable, Sendable {
        let id: GuestID
        let owner: GuestOwner?
    }

    private var keys: [Key] = []
    private var labels: [GuestID: GuestLabel] = [:]

    /// Creates the labels of no guest.
    package init() {}

    /// Creates the labels of these guests.
    package init(of guests: [Guest]) {
        show(guests.map { Key(id: $0.id, owner: $0.owner) })
    }

    /// The label of a guest.
    package subscript(id: GuestID) -> GuestLabel {
        labels[id] ?? GuestLabel(id.name.printable(limit: Self.limit))
    }

    /// The longest name that is shown whole.
    private static let limit = 200

    /// Follows which guests there are.
    package mutating func update(_ guests: [GuestState]) {
        show(guests.map { Key(id: $0.id, owner: $0.owner) })
    }

    private mutating func show(_ keys: [Key]) {
        guard keys != self.keys else { return }
        self.keys = keys
        let texts = Self.texts(keys)
        let differences = Self.differences(Array(Set(texts)))
        labels = Dictionary(
            zip(keys, texts).map { key, text in
                (key.id, GuestLabel(text, difference: differences[text] ?? 0))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The names; those that look the same with what tells them apart, and guests of other users
    /// with their owner.
    private static func texts(_ keys: [Key]) -> [String] {
        let names = keys.map { key in
            GuestLabel(key.id.name.printable(limit: 1_000)).cut(to: limit)
        }
        var texts = names
        for positions in Dictionary(grouping: keys.indices, by: { names[$0] }).values {
            let marks = positions.count > 1 ? marks(of: positions.map { keys[$0].id }) : nil
            for (place, position) in positions.enumerated() {
                let owner = keys[position].owner.flatMap { $0.isTrusted ? nil : "user \($0.text)" }
                let parts = [marks?[place], owner?.printable(limit: 40)].compactMap { $0 }
                guard !parts.isEmpty else { continue }
                texts[position] += " (\(parts.joined(separator: ", ")))"
            }
        }
        return texts
    }

    /// What tells guests of one name apart: the ends of their sockets' paths or their sources'
    /// hosts, as much of each as it takes; else the UUIDs.
    private static func marks(of ids: [GuestID]) -> [String] {
        let places = ids.map(\.source.place)
        let parts = places.map { place in
            place.hasPrefix("/") ? place.split(separator: "/").map(String.init) : [place]
        }
        for depth in 1...max(parts.map(\.count).max() ?? 1, 1) {
            let ends = parts.map { $0.suffix(depth).joined(separator: "/") }
            if Set(ends).count == ids.count { return ends }
        }
        if Set(places).count == ids.count { return places }
        let sources = ids.map { $0.source.name.printable(limit: limit) }
        if Set(sources).count == ids.count { return sources }
        return zip(sources, ids).map { source, id in
            id.uuid.map { "\(source), \($0.printable(limit: 40))" } ?? source
        }
    }

    /// Where each text differs first from the one that is most like it.
    private static func differences(_ texts: [String]) -> [String: Int] {
        guard texts.count > 1 else { return [:] }
        let sorted = texts.map { (text: $0, characters: Array($0)) }
            .sorted { $0.characters.lexicographicallyPrecedes($1.characters) }
        var differences: [String: Int] = [:]
        for (one, two) in zip(sorted, sorted.dropFirst()) {
            let common = zip(one.characters, two.characters).prefix { $0 == $1 }.count
            for text in [one.text, two.text] {
                differences[text] = max(differences[text] ?? 0, common)
            }
        }
        return differences
    }
}
