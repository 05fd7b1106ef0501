internal import SafeText

/// Reads the settings of one file over those of the files before it.
package struct SettingsReader {
    /// The most bytes of a file.
    package static let largest = 256 * 1_024

    static var tooLarge: ConfigurationProblem {
        ConfigurationProblem(1, "the file is larger than \(largest / 1_024) KiB")
    }

    private let path: String
    private let words: SettingVocabulary
    private(set) var settings: Settings
    private(set) var problems: [ConfigurationProblem] = []

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: The file's contents; at most `largest`.
    ///   - path: What origins call the file.
    ///   - settings: The settings so far, changed by what the file says.
    /// - Returns: What is wrong with the file, in the order of its lines; the settings are then as
    ///   they were.
    package static func read(
        _ bytes: [UInt8], path: String, words: SettingVocabulary, into settings: inout Settings
    ) -> [ConfigurationProblem] {
        guard bytes.count <= largest else {
            return [tooLarge]
        }
        var reader = SettingsReader(path: path, words: words, settings: settings)
        do throws(ConfigurationProblem) {
            guard let root = try YAMLParser.parse(bytes) else { return [] }
            reader.read(root)
        } catch {
            return [error]
        }
        if reader.problems.isEmpty { settings = reader.settings }
        return reader.problems.sorted { $0.line < $1.line }
    }

    private init(path: String, words: SettingVocabulary, settings: Settings) {
        self.path = path
        self.words = words
        self.settings = settings
    }

    private mutating func read(_ root: YAMLNode) {
        guard case .mapping(let entries) = root.content else {
            fail(root.line, "the file is not a mapping: write 'KEY: VALUE' lines")
            return
        }
        for entry in entries {
            guard let key = SettingKey(rawValue: entry.key) else {
                failUnknown(entry, among: SettingKey.allCases.map(\.rawValue))
                continue
            }
            read(key, entry)
        }
    }

    private mutating func read(_ key: SettingKey, _ entry: YAMLNode.Entry) {
        switch key {
        case .sources: set(\.sources, entry, sources(entry))
        case .interval: set(\.interval, entry, number(entry, Settings.secondsRange, "seconds"))
        case .timeout: set(\.timeout, entry, number(entry, Settings.secondsRange, "seconds"))
        case .theme: set(\.theme, entry, word(entry, words.themes))
        case .ascii: set(\.ascii, entry, flag(entry))
        case .mouse: set(\.mouse, entry, flag(entry))
        case .readOnly: set(\.readOnly, entry, flag(entry))
        case .columns: readColumns(entry)
        case .sort: readSort(entry)
        case .filter: readFilter(entry)
        case .journal: set(\.journal, entry, journal(entry))
        case .confirm: readConfirm(entry)
        }
    }

    // MARK: - Values

    private mutating func flag(_ entry: YAMLNode.Entry) -> Bool? {
        switch entry.value.content {
        case .plain("true"): return true
        case .plain("false"): return false
        default: return failValue(entry, "true or false")
        }
    }

    private mutating func number(
        _ entry: YAMLNode.Entry, _ range: ClosedRange<Double>, _ unit: String? = nil
    ) -> Double? {
        guard case .plain(let text) = entry.value.content, let number = Double(decimal: text),
            range.contains(number)
        else {
            let bounds = "\(range.lowerBound.shortText) to \(range.upperBound.shortText)"
            return failValue(entry, "a number\(unit.map { " of \($0)" } ?? ""), \(bounds)")
        }
        return number
    }

    private mutating func word(_ entry: YAMLNode.Entry, _ all: [String]) -> String? {
        guard let text = entry.value.text, all.contains(text) else {
            let advice = entry.value.text.flatMap { NearestWord.question($0, among: all) }
            return failValue(entry, "one of \(all.joined(separator: ", "))", advice)
        }
        return text
    }

    private mutating func readColumns(_ entry: YAMLNode.Entry) {
        if entry.value.text == .yamlAuto { return set(\.columns, entry, .some(nil)) }
        guard case .sequence(let items) = entry.value.content else {
            _ = failValue(entry, "a list of columns, or auto") as Bool?
            return
        }
        let count = problems.count
        var columns: [String] = []
        for item in items {
            guard let column = column(item, of: entry) else { continue }
            let name = column.hasPrefix("-") ? String(column.dropFirst()) : column
            if column != .yamlAuto, columns.contains(name) || columns.contains("-\(name)") {
                fail(item.line, "column '\(name)' is given twice")
            }
            columns.append(column)
        }
        if problems.count == count { set(\.columns, entry, .some(columns)) }
    }

    /// `auto`, a column, or one with `-` before it.
    private mutating func column(_ item: YAMLNode, of entry: YAMLNode.Entry) -> String? {
        guard item.text != .yamlAuto else { return .yamlAuto }
        let sign = item.text?.hasPrefix("-") == true ? "-" : ""
        let name = item.text.map { YAMLNode(item.line, .quoted(String($0.dropFirst(sign.count)))) }
        let named = YAMLNode.Entry(key: entry.key, line: item.line, value: name ?? item)
        return word(named, words.columns).map { sign + $0 }
    }

    private mutating func readSort(_ entry: YAMLNode.Entry) {
        guard let text = text(entry, "an order, or auto") else { return }
        if text == .yamlAuto { return set(\.sort, entry, .some(nil)) }
        if let problem = words.sortProblem(text) { return fail(entry.value.line, problem) }
        set(\.sort, entry, .some(text))
    }

    private mutating func readFilter(_ entry: YAMLNode.Entry) {
        // A filter of nothing takes away the one of an earlier file.
        if entry.value.content == .quoted("") { return set(\.filter, entry, "") }
        guard let text = text(entry, "a filter, or \"\" for none") else { return }
        if let problem = words.filterProblem(text) { return fail(entry.value.line, problem) }
        set(\.filter, entry, text)
    }

    private mutating func journal(_ entry: YAMLNode.Entry) -> JournalSetting? {
        switch entry.value.content {
        case .plain("true"): return .standard
        case .plain("false"): return .off
        default:
            let allowed = "true, false, or the absolute path of a folder"
            guard let path = entry.value.text, path.isAbsolutePath else {
                return failValue(entry, allowed)
            }
            return .folder(path)
        }
    }

    private mutating func readConfirm(_ entry: YAMLNode.Entry) {
        guard case .mapping(let members) = entry.value.content else {
            _ = failValue(entry, "'share' and 'guests'") as Bool?
            return
        }
        for member in members {
            switch member.key {
            case "share": set(\.confirmShare, member, number(member, 0...1))
            case "guests":
                let count = number(member, 0...1_000_000).flatMap { number -> Int? in
                    guard let count = Int(exactly: number) else {
                        return failValue(member, "a whole number")
                    }
                    return count
                }
                set(\.confirmGuests, member, count)
            default: failUnknown(member, among: ["share", "guests"], of: "confirm")
            }
        }
    }

    private mutating func text(_ entry: YAMLNode.Entry, _ allowed: String) -> String? {
        guard let text = entry.value.text, !text.isEmpty else { return failValue(entry, allowed) }
        return text
    }

    private mutating func sources(_ entry: YAMLNode.Entry) -> [SourceSetting]? {
        guard case .sequence(let items) = entry.value.content else {
            return failValue(
                entry, "a list of { connect: URI } and { agent: PATH, name: NAME, qmp: PATH }")
        }
        var list = SourceListReader()
        let sources = items.compactMap { list.read($0) }
        problems += list.problems
        return list.problems.isEmpty ? sources : nil
    }

    // MARK: - Keeping and refusing

    private mutating func set<Value>(
        _ setting: WritableKeyPath<Settings, Setting<Value>>, _ entry: YAMLNode.Entry,
        _ value: Value?
    ) {
        guard let value else { return }
        settings[keyPath: setting] = Setting(value, .file(path, line: entry.line))
    }

    private mutating func fail(_ line: Int, _ message: String) {
        problems.append(ConfigurationProblem(line, message))
    }

    private mutating func failUnknown(
        _ entry: YAMLNode.Entry, among keys: [String], of parent: String? = nil
    ) {
        problems.append(.unknownKey(entry, among: keys, of: parent))
    }

    private mutating func failValue<Value>(
        _ entry: YAMLNode.Entry, _ allowed: String, _ advice: String? = nil
    ) -> Value? {
        problems.append(.wrongValue(entry, allowed, advice))
        return nil
    }
}
