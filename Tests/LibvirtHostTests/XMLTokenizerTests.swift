import TestSupport
import Testing

@testable import LibvirtHost

@Suite("The tags of an XML document")
struct XMLTokenizerTests {
    private static func tokens(_ text: some Collection<UInt8>) throws -> [String] {
        var tokenizer = try XMLTokenizer(text)
        var found: [String] = []
        while let token = try tokenizer.next() {
            switch token {
            case .start(let name, let attributes):
                let list = attributes.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
                found.append("<\(name)\(list.joined())>")
            case .end(let name): found.append("</\(name)>")
            }
        }
        return found
    }

    @Test(
        "the tokenizer reports elements and attributes and skips everything else",
        arguments: [
            ("<a/>", "<a></a>"),
            ("<a></a >", "<a></a>"),
            ("<?xml version='1.0'?>\n<a/>\n<!-- <b/> -->\n", "<a></a>"),
            ("<a b='1' c = \"2>\"/>", "<a b=1 c=2>></a>"),
            ("<a\n b='&lt;&#10;'\t/>", "<a b=&lt;&#10;></a>"),
            ("<a>text > more &amp; <b/>more</a>", "<a><b></b></a>"),
            ("<a><!-- <b> ' -- --></a>", "<a></a>"),
            ("<a><!----><b/></a>", "<a><b></b></a>"),
            ("<a><![CDATA[<b>]] ]>]]]><c/></a>", "<a><c></c></a>"),
            ("<a><![CDATA[]]><?x <b/> '?></a>", "<a></a>"),
            ("<!DOCTYPE a><a/>", "<a></a>"),
            ("<!DOCTYPE a SYSTEM \"<b>]>\" [<!ENTITY c \"<d/>]>\"> <!-- ]> --> ]><a/>", "<a></a>"),
            ("<x:a-1.2_é xmlns:x='u'/>", "<x:a-1.2_é xmlns:x=u></x:a-1.2_é>"),
        ])
    func wellFormed(text: String, expected: String) throws {
        #expect(try Self.tokens(text.utf8).joined() == expected)
    }

    @Test(
        "a document that is not well-formed is an error",
        arguments: [
            "", " ", "text", "<a>", "</a>", "<a></b>", "<a><b></a></b>", "<a/><a/>", "<a/>text",
            "text<a/>", "<a", "<a b", "<a b=", "<a b=1/>", "<a b='1", "<a b='<'/>",
            "<a b='1' b='2'/>",
            "<a b='1'c='2'/>", "<a / >", "< a/>", "<1a/>", "<a><!-- </a>", "<a><![CDATA[</a>",
            "<a><![CDATA]]></a>", "<a><?x </a>", "<![CDATA[]]><a/>", "<!DOCTYPE a",
            "<!DOCTYPE a [>",
            "<a/><!DOCTYPE a>", "<a><!DOCTYPE a></a>", "<a><!x></a>", "<a>\0<\0/></a>",
        ])
    func malformed(text: String) {
        #expect(throws: XMLTokenizer.Malformed.self) { try Self.tokens(text.utf8) }
    }

    @Test("depth and length have limits")
    func limits() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth))
                    .utf8)
        }
        #expect(try Self.tokens(nested(XMLTokenizer.deepest)).count == 2 * XMLTokenizer.deepest)
        #expect(throws: XMLTokenizer.Malformed.self) {
            try Self.tokens(nested(XMLTokenizer.deepest + 1))
        }
        let long = [UInt8](repeating: 0x20, count: XMLTokenizer.longestDocument - 4)
        #expect(try Self.tokens(Array("<a/>".utf8) + long) == ["<a>", "</a>"])
        #expect(throws: XMLTokenizer.Malformed.self) {
            try Self.tokens(Array("<a/>".utf8) + long + [0x20])
        }
    }

    @Test("whatever hides between them, the elements that were written are those that are read")
    func noise() throws {
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<500 {
            var document = RandomDocument(generator)
            document.writeElement(depth: 0)
            generator = document.generator
            #expect(try Self.tokens(document.text.utf8) == document.tokens, "\(document.text)")
        }
    }

    @Test("a truncated or changed document fails without harm")
    func damage() {
        var generator = SeededGenerator(seed: 13)
        for _ in 0..<100 {
            var document = RandomDocument(generator)
            document.writeElement(depth: 0)
            generator = document.generator
            let bytes = Array(document.text.utf8)
            for _ in 0..<50 {
                let cut = Int.random(in: 0..<bytes.count, using: &generator)
                // A document ends with its root, so a part of it is never whole.
                #expect(throws: XMLTokenizer.Malformed.self) { try Self.tokens(bytes[..<cut]) }
                var changed = bytes
                changed[cut] =
                    Array("<>!-[]?='\"&/ \0\u{ff}".utf8).randomElement(using: &generator) ?? 0
                _ = try? Self.tokens(changed)
            }
        }
    }
}

/// A document with everything that can hide elements, and its tokens.
private struct RandomDocument {
    var generator: SeededGenerator
    private(set) var text = ""
    private(set) var tokens: [String] = []

    init(_ generator: SeededGenerator) {
        self.generator = generator
    }

    mutating func writeElement(depth: Int) {
        let name = pick(["vcpus", "vcpu", "domain", "a", "x:y"])
        let value = pick(["", "1", "yes", "a>b", "]]>", "-->", "/>"])
        let hasAttribute = Bool.random(using: &generator)
        text += "<\(name)" + (hasAttribute ? " id=\"\(value)\"" : "")
        tokens.append("<\(name)" + (hasAttribute ? " id=\(value)" : "") + ">")
        if Int.random(in: 0..<4, using: &generator) == 0 {
            text += "/>"
        } else {
            text += ">"
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                text += pick([
                    "", "\n  ", "text", "<!-- <vcpus> -->", "<![CDATA[</vcpus><vcpu>]]>",
                    "<?x <domain> ?>", "&lt;vcpus&gt;", "<!---->", "<![CDATA[<!--]]>",
                    "<!-- <![CDATA[ -->",
                ])
                if depth < 6, Bool.random(using: &generator) { writeElement(depth: depth + 1) }
            }
            text += "</\(name)>"
        }
        tokens.append("</\(name)>")
    }

    private mutating func pick(_ choices: [String]) -> String {
        choices.randomElement(using: &generator) ?? ""
    }
}
