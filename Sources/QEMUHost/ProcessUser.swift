internal import Glibc
internal import GuestVCPU

/// The user of this process, and the one that logged in.
package struct ProcessUser: Hashable, Sendable {
    /// The name of the user that the process runs as; `uid 1000` where it has none.
    package let name: String
    /// The user that logged in, which the kernel keeps through every change of user; nil where it is
    /// the same, or none did, as for a service.
    ///
    /// - Source: proc_pid_loginuid(5).
    package let login: String?

    /// Reads them.
    package static var current: ProcessUser {
        ProcessUser(
            own: geteuid(), passwd: contents("/etc/passwd", limit: UserTable.maximumSize),
            loginuid: contents("/proc/self/loginuid", limit: 16))
    }

    init(own: UInt32, passwd: [UInt8], loginuid: [UInt8]) {
        let users = UserTable(passwd: passwd, ownUser: own)
        name = users.owner(own).text
        let digits = String(decoding: loginuid.prefix { $0 > 32 }, as: UTF8.self)
        // The largest number means none.
        login = UInt32(digits).flatMap { number in
            number == own || number == .max ? nil : users.owner(number).text
        }
    }

    private static func contents(_ path: String, limit: Int) -> [UInt8] {
        (try? ProcFile.contents(path, limit: limit)) ?? []
    }
}
