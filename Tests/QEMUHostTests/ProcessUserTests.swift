import Testing

@testable import QEMUHost

@Suite struct ProcessUserTests {
    private func user(_ own: UInt32, login: String) -> ProcessUser {
        ProcessUser(
            own: own, passwd: Array("root:x:0:0\nada:x:1000:1000\n".utf8),
            loginuid: Array(login.utf8))
    }

    @Test("the user that logged in is named where it is another one")
    func login() {
        #expect(user(0, login: "1000\n").name == "root")
        #expect(user(0, login: "1000\n").login == "ada")
        #expect(user(1000, login: "1000\n").login == nil)
        #expect(user(0, login: "4294967295\n").login == nil)
        #expect(user(0, login: "").login == nil)
        #expect(user(7, login: "8").name == "uid 7")
        #expect(user(7, login: "8").login == "uid 8")
    }
}
