import Glibc
import TerminalEmulator
import Testing

@Suite("what is typed at the terminal")
struct InputTests {
    @Test(
        "keys are reported by what they mean",
        arguments: [
            ("\u{1B}OA", "up"), ("\u{1B}OB", "down"), ("\u{1B}OC", "right"), ("\u{1B}OD", "left"),
            ("\u{1B}[5~", "pageUp"), ("\u{1B}[6~", "pageDown"), ("\u{1B}OH", "home"),
            ("\u{1B}OF", "end"), ("\u{1B}", "escape"), ("\r", "enter"), ("\t", "tab"),
            ("\u{7F}", "backspace"), ("a", "a"), ("é", "é"), ("東", "東"),
            ("\u{0C}", #"control("l")"#),
            ("\u{1B}[1~", "home"), ("\u{1B}[8~", "end"), ("\u{1B}Oq", "1"),
        ])
    func keys(sent: String, told: String) throws {
        let emulator = try Emulator.probe()
        emulator.send("." + sent)
        try emulator.waitForTold(". \(told)")
    }

    @Test(
        "sequences are read whatever TERM says",
        arguments: ["xterm-256color", "linux", "vt100", "rxvt", "screen", "tmux-256color"])
    func kinds(name: String) throws {
        let emulator = try Emulator.probe(environment: ["TERM": name])
        emulator.send("\u{1B}[1~\u{1B}[7~\u{1B}[H\u{1B}OH\u{1B}[F\u{1B}Oq\u{1B}Ou")
        emulator.send("\u{1B}[?1;2c\u{1B}c\u{1B}[M !!\u{1B}]11;rgb:0/0/0\u{1B}\\.")
        try emulator.waitForTold("told: home home home home end 1 5 .")
    }

    @Test("Esc is a key when no sequence follows it, and a sequence in two pieces is one")
    func pauses() throws {
        let emulator = try Emulator.probe()
        emulator.send("\u{1B}")
        try emulator.waitForTold("told: escape")
        emulator.send("\u{1B}[1;")
        emulator.send("5H")
        try emulator.waitForTold("told: escape home")
    }

    @Test("text that is pasted in many small pieces is one paste and no key")
    func paste() throws {
        let emulator = try Emulator.probe()
        #expect(emulator.text(since: 0).contains("\u{1B}[?2004h"))
        let prose = "please take the quick brown cows, y, q; 5 vCPUs: + - = c y\r\n"
        let bytes = "\u{1B}[200~" + String(repeating: prose, count: 5) + "\u{1B}[201~x"
        var rest = bytes[...]
        while !rest.isEmpty {
            emulator.send(String(rest.prefix(32)))
            rest = rest.dropFirst(32)
            usleep(20_000)
        }
        try emulator.waitForTold("told: pasted(\(prose.dropLast())) x")
    }

    @Test("a paste without an end leaves the keys alone after a while")
    func endlessPaste() throws {
        let emulator = try Emulator.probe()
        emulator.send("\u{1B}[200~abc")
        try emulator.waitForTold("pasted(abc)")
        emulator.send("x")
        try emulator.waitForTold("pasted(abc) x")
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
        emulator.send("B")
        try emulator.waitForTold("busy")
        emulator.send("xyz")
        try emulator.waitForTold("discarded")
        emulator.send("later")
        try emulator.waitForTold("busy discarded l a t e r")
    }

    @Test("so is what came together with the key that asks")
    func readAhead() throws {
        let emulator = try Emulator.probe()
        emulator.send("Dxyz")
        try emulator.waitForTold("discarded")
        emulator.send("later")
        try emulator.waitForTold("told: discarded l a t e r")
    }

    @Test("a terminal that is gone is reported, and the program ends")
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
