import TestSupport
import Testing
import Yams

@testable import Configuration

/// What another reader of YAML says of the same text.
///
/// Types of scalars are left out: they are the settings' own to tell.
private enum Tree: Equatable {
    case text(String)
    case list([Tree])
    case mapping([String: Tree])

    init(_ node: YAMLNode) {
        switch node.content {
        case .empty: self = .text("")
        case .plain(let text), .quoted(let text): self = .text(text)
        case .sequence(let items): self = .list(items.map(Tree.init))
        case .mapping(let entries):
            self = .mapping(
                Dictionary(entries.map { ($0.key, Tree($0.value)) }, uniquingKeysWith: { $1 }))
        }
    }

    init?(_ node: Yams.Node) {
        switch node {
        case .scalar(let scalar): self = .text(scalar.string)
        case .sequence(let items): self = .list(items.compactMap { Tree($0) })
        case .mapping(let pairs):
            var members: [String: Tree] = [:]
            for (key, value) in pairs {
                guard let name = key.scalar?.string, let value = Tree(value) else { return nil }
                members[name] = value
            }
            self = .mapping(members)
        case .alias: return nil
        }
    }
}

@Suite("The reader of YAML beside another one")
struct YAMLOracleTests {
    @Test("a text that is accepted means the same to the other reader")
    func same() throws {
        // Pieces that structure is made of, so that many texts are nearly right.
        let pieces = [
            "a", "b: ", "c:", "d:\n", "- ", "-", "\n", "\n  ", "\n    ", " ", "[", "]", "{", "}",
            ", ", ",", "'", "\"", "''", "\\", "\\n", "# x", " # x\n", ":", "?", "? ", "&", "*",
            "!", "|", ">", "%", "@", "---\n", "...\n", "é", "1.5", "true", "~", "/", "\t", "\r\n",
            "a: b\n", "- a\n", "  - a: b\n", "x: [a, b]\n", "y: {a: b, c: 'd'}\n",
        ]
        var random = SeededGenerator(seed: 7)
        var accepted = 0
        for _ in 0..<150_000 {
            let text = (0..<Int.random(in: 1...9, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            guard let node = try? YAMLParser.parse(Array(text.utf8)) else { continue }
            accepted += 1
            do {
                let other = try Parser(yaml: text, encoding: .utf8).singleRoot()
                #expect(other.flatMap { Tree($0) } == Tree(node), "\(text.debugDescription)")
            } catch {
                Issue.record("refused by the other: \(text.debugDescription): \(error)")
            }
        }
        #expect(accepted > 5_000)
    }
}
