internal import Concurrency
internal import Glibc
internal import GuestVCPU
internal import UnixSockets

/// Names the processes that are clients of a socket.
enum ProcessNames {
    /// How long the system may take to list sockets and descriptors.
    private static let patience = Duration.seconds(3)
    private static let mostProcesses = 65_536
    private static let mostDescriptors = 65_536

    /// The clients that the listener at a path serves, this process left out.
    ///
    /// - Returns: Nil where that cannot be known. A process that this user may not look into has no
    ///   number.
    static func clients(ofSocketAt path: String) async -> [NamedProcess]? {
        await BlockingCall.run(until: .now + patience) { find(path) } ?? nil
    }

    private static func find(_ path: String) -> [NamedProcess]? {
        guard let numbers = SocketClients.sockets(connectedTo: path) else { return nil }
        guard !numbers.isEmpty else { return [] }
        var missing = Set(numbers.map { "socket:[\($0)]" })
        var found: [NamedProcess] = []
        let processes = (try? ProcFile.numbers(in: "/proc", atMost: mostProcesses)) ?? []
        for process in processes {
            let folder = "/proc/\(process)/fd"
            let descriptors = (try? ProcFile.numbers(in: folder, atMost: mostDescriptors)) ?? []
            let holds = descriptors.contains { descriptor in
                guard let link = (try? ProcFile.link("\(folder)/\(descriptor)")) ?? nil else {
                    return false
                }
                return missing.remove(link) != nil
            }
            if holds, process != getpid() { found.append(named(process)) }
            if missing.isEmpty { break }
        }
        return found
            + missing.map { _ in NamedProcess(processID: nil, name: nil) }
    }

    /// A process with its name and its user.
    static func named(_ processID: Int32) -> NamedProcess {
        let name = (try? ProcFile.contents("/proc/\(processID)/comm", limit: 64)) ?? nil
        var status = stat()
        let owner =
            stat("/proc/\(processID)", &status) == 0
            ? UserTable(
                passwd: ((try? ProcFile.contents("/etc/passwd", limit: UserTable.maximumSize))
                    ?? nil) ?? []
            ).owner(status.st_uid).text : nil
        return NamedProcess(
            processID: processID,
            name: name.map { String(decoding: $0.prefix { $0 != 10 }, as: UTF8.self) },
            user: owner)
    }
}
