import Testing

@testable import vcputop

@Suite("Folders that the environment names")
struct UserFolderTests {
    /// Chooses the folder of the journal.
    ///
    /// - Parameter owners: The files that are there, with their owners.
    private func path(
        state: String? = nil, home: String? = nil, user: UInt32 = 1000,
        owners: [String: UInt32] = [:]
    ) -> String? {
        UserFolder.state.path(
            user: user, owner: { $0 == "/" ? 0 : owners[$0] },
            environment: { ["XDG_STATE_HOME": state, "HOME": home][$0] ?? nil })
    }

    @Test("absolute paths in the variables choose the folder")
    func variables() {
        #expect(path(state: "/state", home: "/home/ada") == "/state/vcputop")
        #expect(path(state: "state", home: "/home/ada") == "/home/ada/.local/state/vcputop")
        #expect(path(state: "", home: "/home/ada") == "/home/ada/.local/state/vcputop")
        #expect(path(home: "ada") == nil)
        #expect(path() == nil)
        // Another user's folder is for the system to refuse.
        #expect(path(state: "/state", owners: ["/state": 0]) == "/state/vcputop")
    }

    private static let rootsOwn = "/root/.local/state/vcputop"

    @Test("root does not put its files into another user's home")
    func home() {
        let own = Self.rootsOwn
        #expect(path(home: "/home/ada", user: 0, owners: ["/home/ada": 1000]) == own)
        #expect(path(home: "/home/missing", user: 0) == own)
        #expect(path(user: 0) == own)
        #expect(
            path(home: "/srv/admin", user: 0, owners: ["/srv/admin": 0])
                == "/srv/admin/.local/state/vcputop")
        // A home in which any user can make folders.
        #expect(
            path(home: "/tmp", user: 0, owners: ["/tmp": 0, "/tmp/.local": 1000]) == own)
    }

    @Test(
        "root does not follow the variable into another user's folder",
        arguments: [
            // A folder that is there, and one that is not yet there.
            ("/home/ada/.local/state", ["/home": 0, "/home/ada": 1000]),
            ("/home/ada/.local/state", ["/home/ada": 1000, "/home/ada/.local/state": 1000]),
            ("/home/ada/.local/state/", ["/home/ada/.local/state": 1000]),
            // What an earlier run as root left there.
            (
                "/home/ada/.local/state",
                ["/home/ada/.local/state": 1000, "/home/ada/.local/state/vcputop": 0]
            ),
            // A folder in which any user can make folders.
            ("/tmp", ["/tmp": 0, "/tmp/vcputop": 1000]),
            ("/home/ada/x/../../../state", ["/home/ada": 1000]),
        ] as [(String, [String: UInt32])])
    func othersFolder(_ state: String, _ owners: [String: UInt32]) {
        #expect(path(state: state, user: 0, owners: owners) == Self.rootsOwn)
        var owners = owners
        owners["/srv/admin"] = 0
        #expect(
            path(state: state, home: "/srv/admin", user: 0, owners: owners)
                == "/srv/admin/.local/state/vcputop")
    }

    @Test(
        "root's own folder is followed, also one that is not yet there",
        arguments: [
            ("/state", [:]), ("/", [:]), ("/tmp/lab/state", ["/tmp": 0]),
            ("/tmp/lab/state", ["/tmp/lab/state": 0, "/tmp/lab/state/vcputop": 0]),
            // As a volume in a container can be.
            ("/srv/state", ["/srv": 1000, "/srv/state": 0]),
        ] as [(String, [String: UInt32])])
    func ownFolder(_ state: String, _ owners: [String: UInt32]) {
        #expect(
            path(state: state, home: "/home/ada", user: 0, owners: owners) == "\(state)/vcputop")
    }
}
