internal import SafeText

/// What the file system says of a socket's path: whether this user may connect.
package struct SocketAccess: Hashable, Sendable {
    /// The path that was looked at.
    package let path: String
    /// What is there.
    package let state: State

    /// What is at the path.
    package enum State: Hashable, Sendable {
        /// A socket that this user may connect to.
        case allowed
        /// There is nothing; the first part of the path that is missing.
        case missing(String)
        /// It is not a socket.
        case notASocket
        /// No socket can be named so: the path is empty, too long or has a NUL; in words.
        case noAddress(String)
        /// This user may not use the socket, or not pass a folder of its path.
        case denied(Gate)
        /// It could not be looked at.
        case unknown
    }

    /// A file or folder that keeps the user out.
    package struct Gate: Hashable, Sendable {
        /// Its path.
        package let path: String
        /// The owner's name, or `uid N`.
        package let owner: String
        /// The group's name, or `gid N`.
        package let group: String
        /// The permission bits.
        package let mode: UInt16
        /// Whether its group may use it, and the group can be joined.
        package let isOpenToGroup: Bool
        /// Whether the group's list has the user, although this login does not have the group.
        package let listsUser: Bool

        /// Creates a gate.
        package init(
            path: String, owner: String, group: String, mode: UInt16, isOpenToGroup: Bool,
            listsUser: Bool
        ) {
            self.path = path
            self.owner = owner
            self.group = group
            self.mode = mode
            self.isOpenToGroup = isOpenToGroup
            self.listsUser = listsUser
        }
    }

    /// Creates a value.
    package init(path: String, state: State) {
        self.path = path
        self.state = state
    }
}

extension SocketAccess {
    /// What is wrong with a path at which no socket can be used; nil where the path is right.
    var faultOfPath: String? {
        switch state {
        case .missing(let part):
            part == path
                ? "there is no socket at \(path)"
                : "there is no socket at \(path): \(part) is missing"
        case .notASocket: "\(path) is not a socket"
        case .noAddress(let reason): reason
        case .allowed, .denied, .unknown: nil
        }
    }
}

extension SocketAccess.Gate {
    /// Which file keeps the user out, and its owner, group and mode.
    var summary: String {
        "\(path) belongs to \(owner):\(group), mode \(octal)"
    }

    private var octal: String {
        let digits = String(mode & 0o7777, radix: 8)
        return String(repeating: "0", count: max(4 - digits.count, 0)) + digits
    }

    /// What lets this user in.
    ///
    /// - Parameter user: The name of this user.
    package func help(user: String) -> [String] {
        guard isOpenToGroup else {
            return ["run it as root, with sudo"]
        }
        if listsUser {
            return [
                "user \(user) is in group \(group) since this login began: log in again",
                "until then: sg \(group.shellWord) vcputop",
            ]
        }
        return [
            "sudo usermod -aG \(group.shellWord) \(user.shellWord)", "then log in again",
        ]
    }
}
