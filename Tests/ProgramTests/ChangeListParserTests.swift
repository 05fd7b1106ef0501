import Foundation
import GuestVCPU
import TestSupport
import Testing

@testable import vcputop

@Suite("The lines of set --from")
struct ChangeListParserTests {
    private func parse(
        _ bytes: [UInt8], in pieces: Int = .max
    ) throws(CommandFailure) -> [ListedChange] {
        var parser = ChangeListParser(file: "list")
        var rest = bytes[...]
        while !rest.isEmpty {
            try parser.append(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        return try parser.finish()
    }

    private func parse(_ text: String) throws(CommandFailure) -> [ListedChange] {
        try parse(Array(text.utf8))
    }

    private func message(_ bytes: [UInt8]) -> String {
        do throws(CommandFailure) {
            return "\(try parse(bytes).count) changes"
        } catch {
            #expect(error.exitStatus == 64 && error.note == "nothing was sent")
            return error.messages.joined(separator: "|")
        }
    }

    @Test("each object is a change of a guest; empty lines are skipped and counted")
    func changes() throws {
        let text = """
            {"guest": "web1", "online": "2", "offline": "5-7"}

            \t {"offline":"1","guest":"qemu:///system/db 1"}\r
            {"guest":"all-of-it","online":"all"}
            \r
            {"count":4,"guest":"é"}
            """
        #expect(
            try parse(text) == [
                ListedChange(
                    line: 1, guest: "web1",
                    request: try ChangeRequest(online: [2], offline: [5, 6, 7])),
                ListedChange(
                    line: 3, guest: "qemu:///system/db 1",
                    request: try ChangeRequest(online: [], offline: [1])),
                ListedChange(line: 4, guest: "all-of-it", request: .allOnline),
                ListedChange(line: 6, guest: "é", request: ChangeRequest(onlineCount: 4)),
            ])
    }

    @Test(
        "a line that is no change is an error with its number",
        arguments: [
            ("{", "it is no JSON at byte 2"),
            ("{\"guest\":\"a\",\"online\":\"1\"} x", "it is no JSON at byte 28"),
            ("web1 --online 2", "it is no JSON at byte 1"),
            ("[]", "it is no JSON object"), ("\"web1\"", "it is no JSON object"),
            ("{\"online\":\"1\"}", "no guest is named"),
            ("{\"guest\":\"\",\"online\":\"1\"}", "no guest is named"),
            ("{\"guest\":1,\"online\":\"1\"}", "'guest' is no string"),
            ("{\"guest\":null,\"online\":\"1\"}", "'guest' is no string"),
            ("{\"guest\":\"a\"}", "no vCPU is named"),
            ("{\"guest\":\"a\",\"online\":2}", "'online' is no string"),
            ("{\"guest\":\"a\",\"offline\":[2]}", "'offline' is no string"),
            ("{\"guest\":\"a\",\"count\":\"4\"}", "'count' is no whole number"),
            ("{\"guest\":\"a\",\"count\":4.0}", "'count' is no whole number"),
            ("{\"guest\":\"a\",\"count\":99999999999999999999}", "'count' is no whole number"),
            ("{\"guest\":\"a\",\"count\":0}", "count is 1 to 4096, not 0"),
            ("{\"guest\":\"a\",\"count\":4097}", "count is 1 to 4096, not 4097"),
            (
                "{\"guest\":\"a\",\"count\":2,\"online\":\"1\"}",
                "count cannot stand beside online or offline"
            ),
            (
                "{\"guest\":\"a\",\"online\":\"all\",\"offline\":\"1\"}",
                "online all cannot stand beside offline"
            ),
            (
                "{\"guest\":\"a\",\"online\":\"1-2\",\"offline\":\"2\"}",
                "online and offline both name 2"
            ),
            ("{\"guest\":\"a\",\"online\":\"\"}", "online: the list is empty"),
            (
                "{\"guest\":\"a\",\"online\":\"0-7:2\"}",
                "online: invalid CPU list '0-7:2': unexpected ':' at column 4"
            ),
            (
                "{\"guest\":\"a\",\"offlin\":\"1\"}",
                "there is no member 'offlin'; did you mean 'offline'?"
            ),
            (
                "{\"guest\":\"a\",\"force\":true}",
                "there is no member 'force'; there are: guest, online, offline, count"
            ),
            (
                "{\"guest\":\"a\",\"online\":\"1\",\"online\":\"2\"}",
                "a member is given twice, at byte 27"
            ),
            ("{\"guest\":\"x\",\"count\":1}", "guest 'x' is on line 1 already"),
        ])
    func mistakes(_ line: String, _ problem: String) {
        let first = "{\"guest\":\"x\",\"count\":1}\n\n"
        #expect(message(Array((first + line + "\n").utf8)) == "list:3: \(problem)")
        #expect(message(Array((first + line).utf8)) == "list:3: \(problem)")
    }

    @Test("text that is not UTF-8 is an error, and no character replaces it")
    func encoding() {
        let bytes = Array("{\"guest\":\"web".utf8) + [0xFF] + Array("\",\"count\":1}".utf8)
        #expect(message(bytes) == "list:1: it is no UTF-8 at byte 11")
    }

    @Test("a list without a change is an error")
    func empty() {
        for text in ["", "\n\n", " \t\r\n"] {
            #expect(message(Array(text.utf8)) == "list: there is no change in it")
        }
    }

    @Test("lines and their number are bounded, and the bounds themselves are allowed")
    func bounds() throws {
        let short = "{\"guest\":\"a\",\"count\":1}"
        let blanks = String(repeating: " ", count: ChangeListParser.longestLine - short.utf8.count)
        #expect(try parse(short + blanks + "\n").count == 1)
        #expect(
            message(Array((short + blanks + " \n").utf8))
                == "list:1: the line is longer than 64 KiB")
        #expect(
            message([UInt8](repeating: 0x61, count: 1 << 20))
                == "list:1: the line is longer than 64 KiB")
        let full = (1...10_000).map { "{\"guest\":\"g\($0)\",\"count\":1}\n" }.joined()
        #expect(try parse(full).count == 10_000)
        #expect(message(Array((full + "x").utf8)) == "list:10001: there are more than 10000 lines")
        #expect(
            message([UInt8](repeating: 0x0A, count: 10_001))
                == "list:10001: there are more than 10000 lines")
    }

    @Test("the result does not depend on how the bytes are split")
    func pieces() throws {
        let text = (1...30).map { "{\"guest\":\"gü\($0)\",\"count\":\($0)}\r\n\n" }.joined()
        let whole = try parse(text)
        for pieces in 1...40 {
            #expect(try parse(Array(text.utf8), in: pieces) == whole)
        }
    }

    @Test("random bytes are changes or an error, never a trap")
    func random() {
        let alphabet = Array("{}[]\":,\\ \n\rguestonlincf0123-^all\u{7F}é".utf8) + [0, 0xFF, 0xC3]
        for seed in 0..<3_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            let text = message(bytes)
            #expect(text.hasPrefix("list:"), "\(bytes): \(text)")
        }
    }
}
