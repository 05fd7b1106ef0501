/// Reads the sources of a file.
struct SourceListReader {
    private(set) var problems: [ConfigurationProblem] = []
    private var seen: [Seen: Int] = [:]

    /// What may be there once.
    private enum Seen: Hashable {
        case connection(String), name(String), socket(String)
    }

    private static let keys = ["connect", "agent", "name", "qmp"]

    /// Reads one entry of the list; nil where something is wrong with it.
    mutating func read(_ node: YAMLNode) -> SourceSetting? {
        guard case .mapping(let entries) = node.content else {
            fail(
                node.line, "a source is { connect: URI } or { agent: PATH, name: NAME, qmp: PATH }")
            return nil
        }
        let count = problems.count
        var texts: [String: String] = [:]
        for entry in entries {
            guard Self.keys.contains(entry.key) else {
                problems.append(.unknownKey(entry, among: Self.keys, of: "a source"))
                continue
            }
            texts[entry.key] = text(entry)
        }
        let keys = entries.map(\.key)
        switch (keys.contains("connect"), keys.contains("agent")) {
        case (true, true): fail(node.line, "a source has either 'connect' or 'agent'")
        case (false, false): fail(node.line, "a source needs 'connect' or 'agent'")
        case (true, false):
            for key in ["name", "qmp"] where keys.contains(key) {
                fail(node.line, "'\(key)' belongs to 'agent', and not to 'connect'")
            }
        case (false, true):
            if !keys.contains("name") { fail(node.line, "an agent needs the 'name' of its guest") }
        }
        guard problems.count == count else { return nil }
        if let uri = texts["connect"] { return .connect(uri) }
        guard let path = texts["agent"], let name = texts["name"] else { return nil }
        return .agent(path, name: name, qmp: texts["qmp"])
    }

    private mutating func text(_ entry: YAMLNode.Entry) -> String? {
        let isPath = entry.key == "agent" || entry.key == "qmp"
        let allowed =
            isPath
            ? "the absolute path of a socket" : entry.key == "name" ? "a guest's name" : "a URI"
        guard let text = entry.value.text, !text.isEmpty, text.isOneLine,
            !isPath || text.isAbsolutePath
        else {
            problems.append(.wrongValue(entry, allowed))
            return nil
        }
        let key: Seen =
            isPath ? .socket(text) : entry.key == "name" ? .name(text) : .connection(text)
        if let line = seen[key] {
            fail(
                entry.value.line,
                "'\(entry.key)' is '\(text.shown)', as in line \(line) already: it is there once")
        }
        seen[key] = entry.value.line
        return text
    }

    private mutating func fail(_ line: Int, _ message: String) {
        problems.append(ConfigurationProblem(line, message))
    }
}
