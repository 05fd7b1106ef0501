internal import SafeText

/// The names and members of this host's groups, from `/etc/group` alone: see `UserTable`.
struct GroupTable: Hashable, Sendable {
    private struct Group: Hashable {
        let name: String
        let members: Set<String>
    }

    private var groups: [UInt32: Group] = [:]

    /// - Parameter group: The contents of the file.
    init(group: [UInt8]) {
        for line in group.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(
                separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
            guard fields.count == 4, !fields[0].isEmpty,
                let number = UInt32(String(decoding: fields[2], as: UTF8.self)),
                groups[number] == nil
            else { continue }
            let members = fields[3].split(separator: UInt8(ascii: ","))
            groups[number] = Group(
                name: String(decoding: fields[0], as: UTF8.self).printable(limit: 32),
                members: Set(members.map { String(decoding: $0, as: UTF8.self) }))
        }
    }

    /// The name of a group; nil where the file has none.
    func name(_ number: UInt32) -> String? { groups[number]?.name }

    /// Whether a group's list has a user.
    func lists(_ user: String, in number: UInt32) -> Bool {
        groups[number]?.members.contains(user) == true
    }
}
