internal import Concurrency
internal import Glibc
package import GuestVCPU
internal import UnixSockets

extension SocketAccess {
    /// How long the file system may take.
    private static let patience = Duration.seconds(2)

    /// Looks at a socket's path: whether it is there, and whether this user may connect.
    package static func look(at path: String) async -> SocketAccess {
        let access = await BlockingCall.run(until: .now + patience) { lookNow(at: path) }
        return access ?? SocketAccess(path: path, state: .unknown)
    }

    /// The same on this thread, for a path on a file system that always answers.
    package static func lookNow(at path: String) -> SocketAccess {
        SocketAccess(path: path, state: state(of: path))
    }

    private static func state(of path: String) -> State {
        if let error = SocketPlace(shownAs: path).addressError {
            return .noAddress(AgentError(connect: error, path: path).message)
        }
        // Each folder on the way must let this user pass.
        for part in parts(of: path).dropLast() {
            var status = stat()
            guard stat(part, &status) == 0 else {
                return errno == ENOENT || errno == ENOTDIR ? .missing(part) : .unknown
            }
            guard status.st_mode & S_IFMT == S_IFDIR else { return .missing(path) }
            if faccessat(AT_FDCWD, part, X_OK, AT_EACCESS) != 0 {
                return errno == EACCES
                    ? .denied(gate(part, status, bit: 0o010)) : .unknown
            }
        }
        var status = stat()
        guard stat(path, &status) == 0 else {
            return errno == ENOENT || errno == ENOTDIR ? .missing(path) : .unknown
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else { return .notASocket }
        if faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0 {
            return errno == EACCES ? .denied(gate(path, status, bit: 0o020)) : .unknown
        }
        return .allowed
    }

    /// `/`, `/run`, `/run/web1.sock`; `web1.sock` of a relative path.
    private static func parts(of path: String) -> [String] {
        var parts: [String] = path.utf8.first == UInt8(ascii: "/") ? ["/"] : []
        for name in path.split(separator: "/") {
            let folder = parts.last.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? ""
            parts.append(folder + name)
        }
        return parts
    }

    private static func gate(_ path: String, _ status: stat, bit: UInt32) -> Gate {
        let users = UserTable(passwd: contents("/etc/passwd"))
        let groups = GroupTable(group: contents("/etc/group"))
        let user = ProcessUser.current.name
        let group = groups.name(status.st_gid)
        return Gate(
            path: path, owner: users.owner(status.st_uid).text,
            group: group ?? "gid \(status.st_gid)", mode: UInt16(status.st_mode & 0o7777),
            // A group without a name cannot be joined, and that of root is not to be.
            isOpenToGroup: status.st_mode & bit != 0 && group != nil && status.st_gid != 0,
            listsUser: groups.lists(user, in: status.st_gid))
    }

    private static func contents(_ path: String) -> [UInt8] {
        (try? ProcFile.contents(path, limit: UserTable.maximumSize)) ?? []
    }
}
