import Testing

@testable import Journal

@Suite struct JournalPlaceTests {
    private func path(
        state: String? = nil, home: String? = nil, user: UInt32 = 1000, owner: UInt32? = 1000
    ) -> String? {
        JournalPlace.path(state: state, home: home, user: user) { _ in owner }
    }

    @Test("absolute paths in the variables choose the folder")
    func variables() {
        #expect(path(state: "/state", home: "/home/ada") == "/state/vcputop")
        #expect(path(state: "state", home: "/home/ada") == "/home/ada/.local/state/vcputop")
        #expect(path(state: "", home: "/home/ada") == "/home/ada/.local/state/vcputop")
        #expect(path(home: "ada") == nil)
        #expect(path() == nil)
    }

    @Test("root does not put its files into another user's home")
    func root() {
        let own = "/root/.local/state/vcputop"
        #expect(path(home: "/home/ada", user: 0, owner: 1000) == own)
        #expect(path(home: "/home/missing", user: 0, owner: nil) == own)
        #expect(path(user: 0, owner: nil) == own)
        #expect(path(home: "/srv/admin", user: 0, owner: 0) == "/srv/admin/.local/state/vcputop")
        #expect(path(state: "/state", home: "/home/ada", user: 0) == "/state/vcputop")
    }
}
