import Glibc
import TerminalEmulator
import Testing

@Suite("what is typed at the terminal")
struct InputTests {
    @Test(
        "keys are told of by what they mean",
        arguments: [
            ("\u{1B}OA", "up"), ("\u{1B}OB", "down"), ("\u{1B}OC", "right"), ("\u{1B}OD", "left"),
            ("\u{1B}[5~", "pageUp"), ("\u{1B}[6~", "pageDown"), ("\u{1B}OH", "home"),
            ("\u{1B}OF", "end"), ("\u{1B}", "escape"), ("\r", "enter"), ("\t", "tab"),
            ("\u{7F}", "backspace"), ("a", "a"), ("é", "é"), ("東", "東"),
            ("\u{0C}", #"control("l")"#), ("\u{1B}OP", "other"),
        ])
    func keys(sent: String, told: String) throws {
        let emulator = try Emulator.probe()
        emulator.send("." + sent)
        try emulator.waitForTold(". \(told)")
    }

    @Test("many keys at once come in their order")
    func order() throws {
        let emulator = try Emulator.probe()
        emulator.send("abc\u{1B}OAdef")
        try emulator.waitForTold("a b c up d e f")
    }

    @Test("clicks and turns of the wheel at once come in their order, with keys between them")
    func mouse() throws {
        let emulator = try Emulator.probe()
        emulator.send("M")
        try emulator.wait("the mouse is on") { $0.text(since: 0).contains("1000h") }
        let click = "\u{1B}[<0;11;6M\u{1B}[<0;11;6m"
        let wheel = "\u{1B}[<65;3;4M"
        emulator.send(click + click + "a" + wheel + wheel + wheel + "b")
        try emulator.waitForTold(
            "told: press 10,5 press 10,5 a wheelDown 2,3 wheelDown 2,3 wheelDown 2,3 b")
    }

    @Test("what was typed ahead is thrown away when asked, what comes later is not")
    func typeAhead() throws {
        let emulator = try Emulator.probe()
        emulator.send("Bxyz")
        try emulator.waitForTold("discarded")
        emulator.send("later")
        try emulator.waitForTold("busy discarded l a t e r")
    }

    @Test("a terminal that is gone is told of, and the program ends")
    func hangup() throws {
        var emulator: Emulator? = try Emulator.probe()
        let process = try #require(emulator?.process)
        emulator?.hangUp()
        let status = try #require(emulator).waitForEnd()
        // By the signal or by the end of the input, whichever was seen first.
        #expect([5, 128 + SIGHUP].contains(status))
        emulator = nil
        #expect(kill(process, 0) == -1)
    }
}
