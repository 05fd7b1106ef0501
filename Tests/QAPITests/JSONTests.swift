import QAPI
import TestSupport
import Testing

@Suite("JSON")
struct JSONTests {
    @Test(
        "values are read as they are written",
        arguments: [
            ("null", JSON.null), (" true ", .bool(true)), ("false", .bool(false)),
            ("0", .integer(0)), ("-0", .integer(0)), ("-7", .integer(-7)),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(0x1p63)), ("1.0", .number(1)), ("1e0", .number(1)),
            ("12E-1", .number(1.2)), ("-1.5e+2", .number(-150)),
            ("\"\"", .string("")),
            ("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", .string("a\"\\/\u{8}\u{C}\n\r\t")),
            ("\"\\u00e9\\u20AC\\ud83d\\ude00\\u0000\"", .string("é€😀\0")),
            ("\"é😀\"", .string("é😀")),
            ("[]", .array([])), ("[ 1 , [ ] ]", .array([.integer(1), .array([])])),
            ("{}", .object([:])),
            (
                "{\"a\": {\"b\" : [true, null]}, \"\": 1}",
                .object(["a": .object(["b": .array([.bool(true), .null])]), "": .integer(1)])
            ),
        ])
    func values(text: String, value: JSON) throws {
        #expect(try JSON(parsing: Array(text.utf8)) == value)
    }

    @Test(
        "what is not JSON is refused, with the place",
        arguments: [
            ("", JSONError(.syntax, offset: 0)), ("  ", JSONError(.syntax, offset: 2)),
            ("tru", JSONError(.syntax, offset: 0)), ("nulL", JSONError(.syntax, offset: 0)),
            ("True", JSONError(.syntax, offset: 0)), ("'a'", JSONError(.syntax, offset: 0)),
            ("01", JSONError(.syntax, offset: 1)), ("-", JSONError(.syntax, offset: 1)),
            ("+1", JSONError(.syntax, offset: 0)), (".5", JSONError(.syntax, offset: 0)),
            ("1.", JSONError(.syntax, offset: 2)), ("1e", JSONError(.syntax, offset: 2)),
            ("0x10", JSONError(.syntax, offset: 1)), ("NaN", JSONError(.syntax, offset: 0)),
            ("-1e999", JSONError(.syntax, offset: 0)), ("1 2", JSONError(.syntax, offset: 2)),
            ("{} x", JSONError(.syntax, offset: 3)),
            ("[1,]", JSONError(.syntax, offset: 3)), ("[1", JSONError(.syntax, offset: 2)),
            ("[1}", JSONError(.syntax, offset: 2)), ("[,1]", JSONError(.syntax, offset: 1)),
            ("{\"a\"}", JSONError(.syntax, offset: 4)),
            ("{\"a\":1,}", JSONError(.syntax, offset: 7)),
            ("{a:1}", JSONError(.syntax, offset: 1)), ("{\"a\":1", JSONError(.syntax, offset: 6)),
            ("\"a", JSONError(.syntax, offset: 2)), ("\"a\nb\"", JSONError(.syntax, offset: 2)),
            ("\"\\x\"", JSONError(.syntax, offset: 1)), ("\"\\", JSONError(.syntax, offset: 2)),
            ("\"\\u12\"", JSONError(.syntax, offset: 5)),
            ("\"\\u+123\"", JSONError(.syntax, offset: 3)),
            ("\"\\ud800\"", JSONError(.encoding, offset: 1)),
            ("\"\\udc00\"", JSONError(.encoding, offset: 1)),
            ("\"\\ud800\\u0041\"", JSONError(.encoding, offset: 1)),
            ("{\"a\":1,\"a\":1}", JSONError(.duplicateMember, offset: 7)),
        ])
    func refusals(text: String, error: JSONError) {
        #expect(throws: error) { try JSON(parsing: Array(text.utf8)) }
    }

    @Test(
        "bytes that are not UTF-8 are refused",
        arguments: [
            [0xC3, 0x28], [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xFF],
            [0xC3],
        ])
    func encoding(bytes: [UInt8]) {
        #expect(throws: JSONError(.encoding, offset: 1)) {
            try JSON(parsing: [0x22] + bytes + [0x22])
        }
        #expect(throws: JSONError(.encoding, offset: 1)) {
            try JSON(parsing: Array("\"\\n".utf8) + bytes + [0x22])
        }
    }

    @Test("nesting is read up to the bound and refused beyond, however deep")
    func depth() throws {
        let deepest = JSON.maximumDepth
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            func nested(_ depth: Int) -> [UInt8] {
                let inner = open == "[" ? "" : "1"
                return Array(
                    (String(repeating: open, count: depth) + inner
                        + String(repeating: close, count: depth)).utf8)
            }
            #expect(throws: Never.self) { try JSON(parsing: nested(deepest)) }
            for depth in [deepest + 1, 100_000] {
                #expect(throws: JSONError(.tooDeep, offset: deepest * open.utf8.count)) {
                    try JSON(parsing: nested(depth))
                }
            }
        }
    }

    @Test("values are counted, so that a short text cannot take much memory")
    func count() throws {
        func list(_ count: Int) -> [UInt8] {
            Array(("[" + Array(repeating: "0", count: count).joined(separator: ",") + "]").utf8)
        }
        let value = try JSON(parsing: list(JSON.maximumValues - 1))
        #expect(value.arrayValue?.count == JSON.maximumValues - 1)
        #expect {
            try JSON(parsing: list(JSON.maximumValues))
        } throws: { ($0 as? JSONError)?.reason == .tooManyValues }
    }

    @Test("a member's name is read up to the bound and refused beyond, however long")
    func nameSize() throws {
        func object(_ name: String) -> [UInt8] { Array("{\"\(name)\": 1}".utf8) }
        let longest = String(repeating: "x", count: JSON.maximumNameSize)
        #expect(try JSON(parsing: object(longest)) == .object([longest: .integer(1)]))
        let marks = "a" + String(repeating: "\u{301}\u{327}", count: 1 << 20)
        for name in [longest + "x", marks] {
            #expect(throws: JSONError(.nameTooLong, offset: 1)) {
                try JSON(parsing: object(name))
            }
        }
    }

    @Test("a number of a thousand digits is refused")
    func hugeNumber() {
        let text = String(repeating: "9", count: 1000)
        #expect(throws: JSONError(.syntax, offset: 0)) { try JSON(parsing: Array(text.utf8)) }
    }

    @Test("what is written is read back the same")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            let value = Self.random(depth: 4, using: &generator)
            #expect(try JSON(parsing: value.serialized()) == value)
        }
    }

    @Test("members are written in the order of their names, on one line")
    func serialization() {
        let value = JSON.object([
            "b": .array([.null, .number(.nan), .number(0.5)]), "a": .string("x\n\"\\\u{1}é"),
        ])
        #expect(
            String(decoding: value.serialized(), as: UTF8.self)
                == #"{"a":"x\u000a\"\\\u0001é","b":[null,null,0.5]}"#)
    }

    private static func random(depth: Int, using generator: inout SeededGenerator) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &generator))
        // A fraction, since a whole double is written as an integer would not be.
        case 3: return .number(Double.random(in: -1...1, using: &generator))
        case 4: return .string(text(using: &generator))
        case 5:
            return .array((0..<3).map { _ in random(depth: depth - 1, using: &generator) })
        default:
            var members: [String: JSON] = [:]
            for _ in 0..<3 {
                members[text(using: &generator)] = random(depth: depth - 1, using: &generator)
            }
            return .object(members)
        }
    }

    private static func text(using generator: inout SeededGenerator) -> String {
        let letters: [Character] = ["a", "\"", "\\", "\n", "\u{0}", "é", "😀", "\u{7F}", "/"]
        let length = Int.random(in: 0..<6, using: &generator)
        return String(
            (0..<length).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
    }
}
