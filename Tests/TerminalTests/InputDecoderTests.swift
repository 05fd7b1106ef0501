import CanvasKit
import Dashboard
import Terminal
import Testing

@Suite("decoding what a terminal sends")
struct InputDecoderTests {
    private static let esc = "\u{1B}"

    /// What terminals send for keys.
    static let keys: [(sent: String, keys: [Key])] = [
        ("a", [.character("a")]), ("é", [.character("é")]), ("東", [.character("東")]),
        ("😀", [.character("😀")]), ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]),
        ("\u{7F}", [.backspace]), ("\u{8}", [.backspace]), ("\u{0C}", [.control("l")]),
        // Home and End: xterm, in application mode, Linux and PuTTY, rxvt; with modifiers.
        ("\(esc)[H", [.home]), ("\(esc)OH", [.home]), ("\(esc)[1~", [.home]),
        ("\(esc)[7~", [.home]), ("\(esc)[1;5H", [.home]), ("\(esc)[1;2H", [.home]),
        ("\(esc)[1;5~", [.home]), ("\(esc)O5H", [.home]), ("\(esc)[7^", [.home]),
        ("\(esc)[7$", [.home]), ("\(esc)[7@", [.home]),
        ("\(esc)[F", [.end]), ("\(esc)OF", [.end]), ("\(esc)[4~", [.end]), ("\(esc)[8~", [.end]),
        ("\(esc)[1;6F", [.end]), ("\(esc)[8;5~", [.end]), ("\(esc)O1;5F", [.end]),
        ("\(esc)[8^", [.end]),
        ("\(esc)[A", [.up]), ("\(esc)[B", [.down]), ("\(esc)[C", [.right]), ("\(esc)[D", [.left]),
        ("\(esc)OA", [.up]), ("\(esc)OB", [.down]), ("\(esc)OC", [.right]), ("\(esc)OD", [.left]),
        ("\(esc)[1;5A", [.up]), ("\(esc)[5~", [.pageUp]), ("\(esc)[6~", [.pageDown]),
        ("\(esc)[5;2~", [.pageUp]),
        // Eight-bit introducers, alone and as UTF-8.
        ("\u{9B}H", [.home]), ("\u{8F}H", [.home]),
        // The keypad in application mode.
        ("\(esc)Op\(esc)Oq\(esc)Or\(esc)Os\(esc)Ot", "01234".map(Key.character)),
        ("\(esc)Ou\(esc)Ov\(esc)Ow\(esc)Ox\(esc)Oy", "56789".map(Key.character)),
        ("\(esc)Oj\(esc)Ok\(esc)Ol\(esc)Om\(esc)On\(esc)Oo", "*+,-./".map(Key.character)),
        ("\(esc)OM", [.enter]), ("\(esc)OI", [.tab]), ("\(esc)O ", [.character(" ")]),
        ("\(esc)OX", [.character("=")]),
        // Function keys: xterm and a VT220's keypad, VT220 and rxvt, the Linux console, kitty;
        // with modifiers, and with eight-bit introducers.
        ("\(esc)OP\(esc)OQ\(esc)OR\(esc)OS", (1...4).map(Key.function)),
        ("\(esc)[11~\(esc)[12~\(esc)[13~\(esc)[14~", (1...4).map(Key.function)),
        ("\(esc)[15~\(esc)[17~\(esc)[18~\(esc)[19~", (5...8).map(Key.function)),
        ("\(esc)[20~\(esc)[21~\(esc)[23~\(esc)[24~", (9...12).map(Key.function)),
        ("\(esc)[[A\(esc)[[B\(esc)[[C\(esc)[[D\(esc)[[E", (1...5).map(Key.function)),
        ("\(esc)[P\(esc)[Q\(esc)[S", [1, 2, 4].map(Key.function)),
        ("\(esc)O2P\(esc)[1;5P\(esc)[11;2~", Array(repeating: .function(1), count: 3)),
        ("\(esc)[21;5~\(esc)[21^\(esc)[21$", Array(repeating: .function(10), count: 3)),
        ("\u{8F}P", [.function(1)]), ("\u{9B}21~", [.function(10)]),
        // Rows of keys, and what follows something that is dropped.
        (
            "abc\(esc)[Ad",
            [.character("a"), .character("b"), .character("c"), .up, .character("d")]
        ),
        ("\(esc)[?1;2cx", [.character("x")]), ("\(esc)]0;title\u{7}x", [.character("x")]),
        ("\(esc)[\(esc)[A", [.up]), ("\(esc)]0;\(esc)[A", [.up]),
        ("\(esc)[[Fx", [.character("x")]), ("\(esc)[M !!x", [.character("x")]),
    ]

    /// What is dropped whole: no part of it is a key.
    static let dropped: [String] = [
        // Alt with a key.
        "\(esc)[1;3A", "\(esc)[1;3H", "\(esc)[1;7F",
        "\(esc)[1;3P", "\(esc)O3P", "\(esc)[21;3~",
        // Insert and Delete, higher function keys, and what else has a sequence.
        "\(esc)[10~", "\(esc)[16~", "\(esc)[22~", "\(esc)[25~", "\(esc)[2~", "\(esc)[3~",
        "\(esc)[3;5~", "\(esc)[Z", "\(esc)[E", "\(esc)OE", "\(esc)OT", "\(esc)[[F", "\(esc)[[@",
        "\(esc)[25$", "\(esc)[3$", "\(esc)[2P", "\(esc)[R", "\(esc)[1;5R", "\(esc)[29~",
        "\(esc)[57~", "\(esc)Oa", "\(esc)[a", "\(esc)[201~", "\(esc)[0200~",
        // kitty and modifyOtherKeys.
        "\(esc)[97;5u", "\(esc)[27;5;13~", "\(esc)[99;5:1u", "\(esc)[1;1:3A", "\(esc)[27u",
        "\(esc)[57399u", "\(esc)[?0u",
        // Replies: device attributes, position, modes, colours, names, settings, windows.
        "\(esc)[?1;2c", "\(esc)[>41;354;0c", "\(esc)[=0c", "\(esc)[24;80R", "\(esc)[?24;80R",
        "\(esc)[0n", "\(esc)[?2026;2$y", "\(esc)[4;1$y", "\(esc)[8;24;80t", "\(esc)[I",
        "\(esc)[O", "\(esc)]10;rgb:ffff/ffff/ffff\u{7}", "\(esc)]11;rgb:0/0/0\(esc)\\",
        "\(esc)]52;c;cXF5Yw==\u{7}", "\(esc)]lvcputop\(esc)\\", "\(esc)]0;✜ qyc\u{7}",
        "\(esc)P>|xterm(354)\(esc)\\", "\(esc)P1+r544e=787465726d\(esc)\\", "\(esc)P!|00\(esc)\\",
        "\(esc)_Gi=31;OK\(esc)\\", "\(esc)^private\(esc)\\", "\(esc)Xqy\u{7}c\(esc)\\",
        "\(esc)P1$r0m\u{7}q\(esc)\\", "\u{9B}?1;2c", "\u{9D}0;qyc\u{7}", "\u{90}qyc\(esc)\\",
        // The mouse, in modes that are not ours.
        "\(esc)[M !!", "\(esc)[M#!!", "\(esc)[M`cq", "\(esc)[M qy", "\(esc)[M \u{A1}\u{B1}",
        "\(esc)[<0;11;6M", "\(esc)[<0;11;6m", "\(esc)[<65;3;4M", "\(esc)[32;11;6M",
        "\(esc)[0;11;6M",
        // What is no sequence.
        "\u{0}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{1F}", "\u{80}", "\u{85}",
        "\(esc)[" + String(repeating: "1;", count: 5_000) + "H",
        "\(esc)[1\u{18}", "\(esc)[1\r", "\(esc)O\u{1}", "\(esc)]0;qyc\u{18}",
        "\(esc)[?" + String(repeating: "9", count: 400) + "h", "\(esc)[;H", "\(esc)[;~",
        "\(esc)[99999999999999999999~", "\(esc)[1;99H", "\(esc)[4;1;1~",
    ]

    /// Bytes that are no text.
    static let garbage: [[UInt8]] = [
        [0x80], [0x9C], [0xA0], [0xC0], [0xC1], [0xF5], [0xFF], [0xE6, 0x9D, 0xFF],
        [0xF4, 0x90, 0x80, 0x80], [0xED, 0xA0, 0x80], [0x1B, 0x5B, 0x31, 0xFF],
        [0x9B, 0x3F, 0x31, 0x63], [0x9B, 0x39, 0x39, 0x7E],
    ]

    /// Decodes pieces that come one after the other.
    private func events(
        _ pieces: [some Collection<UInt8>], mouse: InputDecoder.MouseReports = .none
    ) -> (events: [InputEvent], patience: Duration?) {
        var decoder = InputDecoder()
        decoder.mouse = mouse
        let events = pieces.flatMap { decoder.decode($0) }
        return (events, decoder.patience)
    }

    /// All ways to cut bytes into two pieces, and into single bytes.
    private func cuts(_ bytes: [UInt8]) -> [[ArraySlice<UInt8>]] {
        (0...min(bytes.count, 200)).map { [bytes[..<$0], bytes[$0...]] }
            + [bytes.indices.map { bytes[$0...$0] }]
    }

    @Test("each key is one, however its bytes are cut")
    func keys() {
        for (sent, keys) in Self.keys {
            for pieces in cuts(Array(sent.utf8)) {
                let (events, patience) = events(pieces)
                #expect(events == keys.map(InputEvent.key), "\(sent.debugDescription) \(pieces)")
                #expect(patience == nil, "\(sent.debugDescription) \(pieces)")
            }
        }
    }

    @Test("what is no key is dropped whole, however its bytes are cut")
    func dropping() {
        for bytes in Self.dropped.map({ Array($0.utf8) }) + Self.garbage {
            for pieces in cuts(bytes) {
                #expect(events(pieces).events == [], "\(bytes.prefix(40)) \(pieces.count)")
            }
            // Nothing of it is left over for what comes next.
            let (events, _) = events([bytes, Array("x".utf8)])
            #expect(events == [.key(.character("x"))], "\(bytes.prefix(40))")
        }
    }

    @Test(
        "a key with Alt does nothing where it comes in one read; in two it is Esc and the key",
        arguments: [
            ("c", .character("c")), ("q", .character("q")), ("+", .character("+")),
            (" ", .character(" ")), ("é", .character("é")), ("東", .character("東")),
            ("\r", .enter), ("\u{7F}", .backspace), ("\u{1}", .control("a")),
            ("\u{1B}[A", .up), ("\u{1B}OH", .home), ("\u{1B}OP", .function(1)),
            ("\u{1B}[[A", .function(1)),
        ] as [(String, Key)])
    func alt(sent: String, key: Key) {
        let bytes = Array("\u{1B}\(sent)".utf8)
        #expect(events([bytes]) == ([], nil))
        #expect(events([bytes, Array("x".utf8)]).events == [.key(.character("x"))])
        #expect(events([bytes[..<1], bytes[1...]]).events == [.key(.escape), .key(key)])
    }

    @Test("no mix of what is dropped is ever a key, however it is cut")
    func mixes() {
        var random = SystemRandomNumberGenerator()
        let kinds = Self.dropped.map { Array($0.utf8) } + Self.garbage
        for _ in 0..<2_000 {
            let bytes = (0..<8).flatMap { _ in kinds.randomElement(using: &random) ?? [] }
            var pieces: [ArraySlice<UInt8>] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...40, using: &random))
                pieces.append(piece)
                rest = rest.dropFirst(piece.count)
            }
            #expect(events(pieces).events == [], "\(bytes)")
        }
    }

    @Test("bytes of any kind end in a decoder that still decodes")
    func noise() {
        var random = SystemRandomNumberGenerator()
        let parts: [UInt8] = Array("\u{1B}\u{1B}\u{1B}[[OOP]_<;?M~01234569\u{7}\u{9B}é ".utf8)
        for _ in 0..<5_000 {
            var decoder = InputDecoder()
            decoder.mouse = .sgrAndX10
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                let byte =
                    Bool.random(using: &random)
                    ? parts.randomElement(using: &random) ?? 0
                    : UInt8.random(in: .min ... .max, using: &random)
                for case .mouse(_, let place) in decoder.decode([byte]) {
                    #expect(place.column >= 0 && place.row >= 0)
                }
            }
            _ = decoder.pause()
            #expect(decoder.patience == nil)
            #expect(decoder.decode([0x78]) == [.key(.character("x"))])
        }
    }

    @Test("a lone ESC is that key after 25 ms, and what is cut off is dropped later")
    func pauses() {
        var decoder = InputDecoder()
        #expect(decoder.decode([0x1B]) == [])
        #expect(decoder.patience == .milliseconds(25))
        #expect(decoder.pause() == [.key(.escape)])
        #expect(decoder.patience == nil)
        for begun in [
            "\u{1B}[", "\u{1B}[1;", "\u{1B}O", "\u{1B}]0;t", "\u{1B}]0;t\u{1B}", "\u{1B}Pq",
            "\u{1B}[M", "\u{1B}[M !", "\u{1B}[[", "\u{9B}", "\u{1B}_", "\u{1B}^", "\u{1B}X",
        ] {
            #expect(decoder.decode(begun.utf8) == [], "\(begun.debugDescription)")
            #expect(decoder.patience == .milliseconds(500), "\(begun.debugDescription)")
            #expect(decoder.pause() == [], "\(begun.debugDescription)")
            #expect(decoder.decode("j".utf8) == [.key(.character("j"))])
        }
        #expect(decoder.decode([0xE6, 0x9D]) == [])
        #expect(decoder.pause() == [])
        #expect(decoder.decode([0xB1]) == [])
    }

    @Test("ESC after something else is that key too")
    func escapes() {
        var decoder = InputDecoder()
        #expect(decoder.decode("a\u{1B}".utf8) == [.key(.character("a"))])
        #expect(decoder.pause() == [.key(.escape)])
        #expect(decoder.decode("\u{1B}[\u{1B}".utf8) == [])
        #expect(decoder.pause() == [.key(.escape)])
    }

    // MARK: - The mouse

    @Test(
        "the mouse is decoded in our own mode alone",
        arguments: [
            ("\u{1B}[<0;11;6M", InputEvent.mouse(.press, Position(column: 10, row: 5))),
            ("\u{1B}[<16;1;1M", .mouse(.press, Position(column: 0, row: 0))),
            ("\u{1B}[<64;300;200M", .mouse(.wheelUp, Position(column: 299, row: 199))),
            ("\u{1B}[<65;3;4M", .mouse(.wheelDown, Position(column: 2, row: 3))),
            ("\u{1B}[<0;11;6m", nil), ("\u{1B}[<32;11;6M", nil), ("\u{1B}[<2;11;6M", nil),
            ("\u{1B}[<0;0;6M", nil), ("\u{1B}[<0;6M", nil), ("\u{1B}[<0;6;7;8M", nil),
            ("\u{1B}[<0;99999999999999999999;6M", nil), ("\u{1B}[<;;M", nil),
        ] as [(String, InputEvent?)])
    func mouse(sent: String, event: InputEvent?) {
        for pieces in cuts(Array(sent.utf8)) {
            #expect(events(pieces, mouse: .sgr).events == (event.map { [$0] } ?? []))
            #expect(events(pieces).events == [])
        }
    }

    @Test("reports of three bytes are decoded only where the terminal may know no others")
    func x10() {
        let press = Array("\u{1B}[M +&".utf8)
        for pieces in cuts(press) {
            #expect(
                events(pieces, mouse: .sgrAndX10).events
                    == [.mouse(.press, Position(column: 10, row: 5))])
            #expect(events(pieces, mouse: .sgr).events == [])
            #expect(events(pieces).events == [])
        }
        let release = Array("\u{1B}[M#+&".utf8)
        #expect(events([release], mouse: .sgrAndX10).events == [])
    }

    // MARK: - Pastes

    @Test(
        "a paste is its first line without control characters, however it is cut",
        arguments: [
            ("web", "web"), ("", ""), ("one\ntwo", "one"), ("one\rq", "one"), ("\nq", ""),
            ("a\u{1B}[Ab", "a[Ab"), ("a\u{7}b\tc\u{7F}", "abc"), ("東京 é", "東京 é"),
            ("a\u{9B}b", "ab"), ("\u{1B}[200~x", "[200~x"), ("\u{1B}[201\u{1B}[20x", "[201[20x"),
            ("\u{1B}\u{1B}\u{1B}", ""),
        ])
    func pastes(pasted: String, text: String) {
        let bytes = Array("\u{1B}[200~\(pasted)\u{1B}[201~q".utf8)
        for pieces in cuts(bytes) {
            let (events, patience) = events(pieces)
            #expect(events == [.paste(text), .key(.character("q"))])
            #expect(patience == nil)
        }
    }

    @Test("a large paste is read whole and kept in part")
    func largePaste() {
        var decoder = InputDecoder()
        #expect(decoder.decode("\u{1B}[200~".utf8) == [])
        let piece = Array(repeating: UInt8(ascii: "q"), count: 4_096)
        for _ in 0..<2_000 { #expect(decoder.decode(piece) == []) }
        guard case .paste(let text) = decoder.decode("\u{1B}[201~".utf8).first else {
            Issue.record("no paste")
            return
        }
        #expect(text.utf8.count == 4_096)
        #expect(decoder.patience == nil)
    }

    @Test("a paste that never ends is over after a long pause, or after ESC and a short one")
    func endlessPastes() {
        var decoder = InputDecoder()
        #expect(decoder.decode("\u{1B}[200~yyy\nq".utf8) == [])
        #expect(decoder.patience == .seconds(5))
        #expect(decoder.pause() == [.paste("yyy")])
        #expect(decoder.decode("j".utf8) == [.key(.character("j"))])
        #expect(decoder.decode("\u{1B}[200~yyy\u{1B}".utf8) == [])
        #expect(decoder.patience == .milliseconds(500))
        #expect(decoder.pause() == [.paste("yyy")])
        // An end that hangs on the way is no ESC.
        #expect(decoder.decode("\u{1B}[200~yyy\u{1B}[".utf8) == [])
        #expect(decoder.patience == .seconds(5))
        #expect(decoder.decode("201~".utf8) == [.paste("yyy")])
    }

    // MARK: - Dropping

    @Test("what was begun before the input was thrown away is dropped to its end")
    func discarding() {
        for (begun, rest) in [
            ("\u{1B}[", "A"), ("\u{1B}[200~a", "b\u{1B}[201~"),
            ("\u{1B}[200~a\u{1B}[20", "1~"), ("\u{1B}O", "q"),
        ] {
            var decoder = InputDecoder()
            #expect(decoder.decode(begun.utf8) == [])
            decoder.drop()
            #expect(decoder.decode((rest + "x").utf8) == [.key(.character("x"))])
        }
        var decoder = InputDecoder()
        _ = decoder.decode([0x1B])
        decoder.drop()
        #expect(decoder.pause() == [])
        #expect(decoder.decode([0x78]) == [.key(.character("x"))])
        decoder.drop()
        #expect(decoder.decode([0x78]) == [.key(.character("x"))])
    }
}
