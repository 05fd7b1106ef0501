internal import Concurrency
internal import Glibc
internal import GuestVCPU
internal import UnixSockets

/// Names the processes at the two ends of a socket.
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
        await BlockingCall.run(until: .now + patience) {
            SocketClients(ofSocketAt: path).map { sockets in
                let (holders, missing) = holders(of: sockets.clients)
                return holders.filter { $0 != getpid() }.map(named)
                    + Array(repeating: NamedProcess(processID: nil, name: nil), count: missing)
            }
        } ?? nil
    }

    /// The process that listens at a path.
    ///
    /// A connection tells the same, where the listener has room for one.
    ///
    /// - Returns: Nil where that cannot be known.
    static func server(ofSocketAt path: String) async -> Int32? {
        await BlockingCall.run(until: .now + patience) {
            SocketClients(ofSocketAt: path).flatMap { holders(of: [$0.listener]).processes.first }
        } ?? nil
    }
    /// The processes that have sockets open.
    ///
    /// - Returns: The processes, and how many sockets were found in none.
    private static func holders(of sockets: [UInt32]) -> (processes: [Int32], missing: Int) {
        var missing = Set(sockets.map { "socket:[\($0)]" })
        var found: [Int32] = []
        guard !missing.isEmpty else { return (found, 0) }
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
            if holds { found.append(process) }
            if missing.isEmpty { break }
        }
        return (found, missing.count)
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
