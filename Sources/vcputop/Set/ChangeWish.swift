internal import GuestVCPU

/// What is asked of a guest, as it was typed: the options of `set`, or the members of a line of
/// `--from`.
struct ChangeWish: Hashable {
    /// What the texts are called where they were typed.
    struct Names: Hashable {
        let online, offline, count: String

        static let options = Names(online: "--online", offline: "--offline", count: "--count")
        static let members = Names(online: "online", offline: "offline", count: "count")
    }

    var online: String?
    var offline: String?
    var count: Int?
    var names = Names.options

    /// The word for every vCPU that the guest has.
    static let all = "all"

    /// The request, where the texts make one.
    func request() throws(CommandFailure) -> ChangeRequest {
        if let count {
            guard online == nil, offline == nil else {
                throw CommandFailure(
                    .usage,
                    "\(names.count) cannot stand beside \(names.online) or \(names.offline)")
            }
            guard (1...CPUMap.idRange.count).contains(count) else {
                throw CommandFailure(
                    .usage, "\(names.count) is 1 to \(CPUMap.idRange.count), not \(count)")
            }
            return ChangeRequest(onlineCount: count)
        }
        if online == Self.all {
            guard offline == nil else {
                throw CommandFailure(
                    .usage, "\(names.online) \(Self.all) cannot stand beside \(names.offline)",
                    help: "name the vCPUs to bring online")
            }
            return .allOnline
        }
        return try requestByLists()
    }

    private func requestByLists() throws(CommandFailure) -> ChangeRequest {
        let online = try map(self.online, named: names.online)
        let offline = try map(self.offline, named: names.offline)
        do throws(ChangeRequestError) {
            return try ChangeRequest(online: online, offline: offline)
        } catch {
            switch error {
            case .overlap(let map):
                throw CommandFailure(
                    .usage, "\(names.online) and \(names.offline) both name \(map)",
                    help: "name each vCPU in one of the lists")
            case .empty, .outOfRange:
                throw CommandFailure(
                    .usage, "no vCPU is named",
                    help: "name some with \(names.online) LIST or \(names.offline) LIST, "
                        + "or how many are to be online with \(names.count) N")
            }
        }
    }

    private func map(_ list: String?, named name: String) throws(CommandFailure) -> CPUMap {
        guard let list else { return [] }
        let map: CPUMap
        do throws(CPUListError) {
            map = try CPUMap(list: list)
        } catch {
            throw CommandFailure(
                .usage, "\(name): \(error)", help: CPUListText.help(error))
        }
        guard !map.isEmpty else {
            throw CommandFailure(.usage, "\(name): the list '\(list)' names no vCPU")
        }
        return map
    }
}
