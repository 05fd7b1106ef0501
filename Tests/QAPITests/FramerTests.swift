import QAPI
import Testing

@Suite("Framer")
struct FramerTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var frames: [Framer.Frame]

        init(_ description: String, _ bytes: [UInt8], _ frames: [Framer.Frame]) {
            testDescription = description
            self.bytes = bytes
            self.frames = frames
        }
    }

    static func line(_ text: String, afterReset: Bool = false) -> Framer.Frame {
        .line(Array(text.utf8), afterReset: afterReset)
    }

    static let samples: [Sample] = [
        Sample("nothing", [], []),
        Sample("half a line", Array("{\"ret".utf8), []),
        Sample("one line", Array("a\n".utf8), [line("a")]),
        Sample(
            "a carriage return before the newline", Array("a\r\nb\n".utf8), [line("a"), line("b")]),
        Sample("a carriage return inside", Array("a\rb\r\n".utf8), [line("a\rb")]),
        Sample("blank lines", Array("\n\r\n \t\r\na\n\n".utf8), [line("a")]),
        Sample("blanks in front", Array("  a\n".utf8), [line("a")]),
        Sample(
            "a reset drops half a line", Array("{\"ret".utf8) + [0xFF] + Array("a\n".utf8),
            [line("a", afterReset: true)]),
        Sample(
            "a reset marks one line only", [0xFF] + Array("a\nb\n".utf8),
            [line("a", afterReset: true), line("b")]),
        Sample(
            "a reset marks the line after a blank one", [0xFF] + Array("\n\na\n".utf8),
            [line("a", afterReset: true)]),
        Sample(
            "many resets", [0xFF, 0xFF, 0x61, 0xFF, 0xFF, 0x62, 0x0A, 0xFF],
            [line("b", afterReset: true)]),
        Sample(
            "as long as allowed", Array("12345678\n1234567\r\n".utf8),
            [line("12345678"), line("1234567")]),
        Sample("too long", Array("123456789\na\n".utf8), [.tooLong, line("a")]),
        Sample(
            "much too long", Array(repeating: 0x31, count: 1000) + Array("\na\n".utf8),
            [.tooLong, line("a")]),
        Sample(
            "a reset ends a line that is too long",
            Array("123456789".utf8) + [0xFF] + Array("a\n".utf8),
            [.tooLong, line("a", afterReset: true)]),
        Sample(
            "a reset before a line that is too long marks no other line",
            [0xFF] + Array("123456789\na\n".utf8), [.tooLong, line("a")]),
        Sample(
            "bytes that are no text", [0xC3, 0x28, 0x00, 0x0A],
            [.line([0xC3, 0x28, 0x00], afterReset: false)]),
    ]

    @Test("lines come out the same however the bytes are cut", arguments: samples)
    func frames(sample: Sample) {
        for chunking in Chunking.samples {
            var framer = Framer(maximumLineSize: 8)
            let frames = chunking.cut(sample.bytes).flatMap { framer.push($0) }
            #expect(frames == sample.frames, "\(chunking)")
        }
    }

    @Test(
        "a framer tells whether a line has begun",
        arguments: [
            ("", false), ("a", true), ("a\n", false), ("a\nb", true), (" \r", false),
            ("123456789", true), ("123456789\n", false),
        ])
    func insideLine(text: String, isInside: Bool) {
        var framer = Framer(maximumLineSize: 8)
        _ = framer.push(Array(text.utf8))
        #expect(framer.isInsideLine == isInside)
    }

    @Test("a line that never ends is given up at the bound and starts again at the next")
    func endlessLine() {
        var framer = Framer()
        let piece = [UInt8](repeating: 0x61, count: 1 << 16)
        var frames: [Framer.Frame] = []
        for _ in 0..<170 { frames += framer.push(piece) }
        frames += framer.push(Array("\nb\n".utf8))
        #expect(frames == [.tooLong, Self.line("b")])
    }
}
