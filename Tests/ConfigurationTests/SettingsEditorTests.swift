import TestSupport
import Testing
import Yams

@testable import Configuration

private func edited(_ text: String?, _ changes: SettingChange...) throws -> String {
    let bytes = try SettingsEditor.apply(changes, to: text.map { Array($0.utf8) })
    return String(decoding: bytes, as: UTF8.self)
}

private func refusal(_ text: String, _ changes: SettingChange...) -> String? {
    do throws(ConfigurationProblem) {
        _ = try SettingsEditor.apply(changes, to: Array(text.utf8))
        return nil
    } catch {
        return "\(error.line): \(error.message)"
    }
}

@Suite("Changes of a configuration file")
struct SettingsEditorTests {
    @Test(
        "a value changes, and comments, order and unknown spacing stay",
        arguments: [
            ("interval: 1\n", "interval: 2.5\n"),
            ("interval: 1", "interval: 2.5\n"),
            ("interval:    1   # often\n", "interval: 2.5   # often\n"),
            ("interval: 1 # often # very\n", "interval: 2.5 # often # very\n"),
            ("# a\n\ninterval: \"1\"# b\n", nil),
            ("interval:\n  1\n# c\ntimeout: 3\n", "interval: 2.5\n# c\ntimeout: 3\n"),
            ("interval: # why\n\n  1\n\n# c\n", "interval: 2.5 # why\n\n# c\n"),
            ("interval:\n", "interval: 2.5\n"),
            ("timeout: 3\n# end\n", "timeout: 3\n# end\ninterval: 2.5\n"),
            ("timeout: 3", "timeout: 3\ninterval: 2.5\n"),
            ("", "interval: 2.5\n"),
            ("# only this\n", "# only this\ninterval: 2.5\n"),
            ("---\n# a\ninterval: 1\n", "---\n# a\ninterval: 2.5\n"),
            ("timeout: 3\r\ninterval: 1 # x\r\n", "timeout: 3\r\ninterval: 2.5 # x\r\n"),
            ("\u{FEFF}interval: 1\n", "\u{FEFF}interval: 2.5\n"),
            ("  timeout: 3\n", "  timeout: 3\n  interval: 2.5\n"),
            (
                "interval: 1\nsources:\n- { connect: a }  # b\n",
                "interval: 2.5\nsources:\n- { connect: a }  # b\n"
            ),
        ] as [(String, String?)])
    func scalar(_ text: String, _ wanted: String?) throws {
        guard let wanted else {
            #expect(refusal(text, .interval(2.5)) != nil)
            return
        }
        #expect(try edited(text, .interval(2.5)) == wanted)
    }

    @Test(
        "a list changes in whichever form it is written",
        arguments: [
            ("columns: [name, wait] # mine\n", "columns: [online] # mine\n"),
            ("columns:\n  - name\n  - wait\nsort: wait\n", "columns: [online]\nsort: wait\n"),
            ("columns:\n- name\n# next\nsort: wait\n", "columns: [online]\n# next\nsort: wait\n"),
            ("columns: [name,\n  wait]  # z\n", "columns: [online]  # z\n"),
            ("columns: auto\n", "columns: [online]\n"),
        ])
    func list(_ text: String, _ wanted: String) throws {
        #expect(try edited(text, .columns(["online"])) == wanted)
    }

    @Test(
        "a file in which a comment would be lost, or that is wrong, is refused by its line",
        arguments: [
            ("columns:\n  - name # n\n  - wait\n", "1: the value of 'columns' has a comment"),
            ("x: 1\ncolumns:\n  - name\n  # n\n  - wait\n", "2: the value of 'columns' has a"),
            ("columns: [name, # n\n  wait]\n", "1: the value of 'columns' has a comment"),
            ("columns: [name,\n  # n\n  wait]\n", "1: the value of 'columns' has a comment"),
            ("columns: [name,\n  'a#']\n", "1: the value of 'columns' has a comment"),
            ("{ columns: [name] }\n", "1: the file is not lines of 'KEY: VALUE'"),
            ("- columns\n", "1: the file is not lines of 'KEY: VALUE'"),
            ("a: 1\n\tb: 2\n", "2: "),
        ])
    func refused(_ text: String, _ start: String) {
        #expect(refusal(text, .columns(["wait"]))?.hasPrefix(start) == true)
    }

    @Test("a new file says where it comes from, and texts are quoted")
    func new() throws {
        #expect(
            try edited(
                nil, .columns(nil), .sort(nil), .filter("name~\"a\" # b"), .mouse(true)) == """
                    # Saved by vcputop; 'vcputop config' prints what is in force.
                    columns: auto
                    sort: auto
                    filter: "name~\\"a\\" # b"
                    mouse: true

                    """)
    }

    @Test("a text with what a file cannot hold as it is is saved in escapes")
    func escapes() throws {
        #expect(try edited("", .filter("a\u{202e}\u{1b}")) == "filter: \"a\\u202e\\x1b\"\n")
    }

    @Test("another reader finds what was there, what was changed, and each comment")
    func same() throws {
        let pieces = [
            "interval: ", "columns:", "filter: ", "\n", "\n  ", "\n- ", "- a\n", " # x\n",
            "\n# y\n",
            "  # z\n", "[a, b]", "[a,\n b]", "{a: b}", "1", "a", "'a # b'", "\"c\"", "e: f\n",
            "g:\n  h: i\n", "---\n", "\r\n", " ", "sort: wait\n", "mouse:\n",
        ]
        let changes: [SettingChange] = [
            .interval(9), .columns(["wait", "use"]), .filter("a # 'b'"), .sort(nil),
        ]
        var random = SeededGenerator(seed: 11)
        var accepted = 0
        for _ in 0..<60_000 {
            let text = (0..<Int.random(in: 1...9, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let chosen = changes.filter { _ in Bool.random(using: &random) }
            guard let bytes = try? SettingsEditor.apply(chosen, to: Array(text.utf8)) else {
                continue
            }
            accepted += 1
            let new = String(decoding: bytes, as: UTF8.self)
            var wanted = try members(text)
            for change in chosen {
                wanted.merge(try members("\(change.key.rawValue): \(change.yaml)")) { $1 }
            }
            #expect(try members(new) == wanted, "\(text)\n->\n\(new)")
            for comment in ["# x", "# y", "# z"] {
                #expect(
                    new.split(separator: comment, omittingEmptySubsequences: false).count
                        == text.split(separator: comment, omittingEmptySubsequences: false).count,
                    "\(text)\n->\n\(new)")
            }
        }
        #expect(accepted > 5_000)
    }

    private func members(_ text: String) throws -> [String: Yams.Node] {
        guard let node = try Yams.Parser(yaml: text, encoding: .utf8).singleRoot() else {
            return [:]
        }
        if node.string == "" { return [:] }
        let pairs = try #require(node.mapping).map { ($0.key.string ?? "", $0.value) }
        return Dictionary(pairs) { $1 }
    }
}
