internal import SafeText

extension Settings {
    /// The settings as lines of a configuration file, each with where it came from in a comment.
    package var lines: [String] {
        var rows: [(text: String, origin: SettingOrigin?)] = []
        func add(_ key: SettingKey, _ value: String, _ origin: SettingOrigin) {
            rows.append(("\(key.rawValue): \(value)", origin))
        }
        if sources.value.isEmpty {
            add(.sources, "[]", sources.origin)
        } else {
            rows.append(("\(SettingKey.sources.rawValue):", sources.origin))
            for source in sources.value { rows.append(("  - \(source.yaml)", nil)) }
        }
        add(.interval, interval.value.shortText, interval.origin)
        add(.timeout, timeout.value.shortText, timeout.origin)
        add(.theme, theme.value, theme.origin)
        add(.ascii, "\(ascii.value)", ascii.origin)
        add(.mouse, "\(mouse.value)", mouse.origin)
        add(.readOnly, "\(readOnly.value)", readOnly.origin)
        add(.columns, columns.value.yamlList, columns.origin)
        add(.sort, sort.value?.yamlText ?? String.yamlAuto, sort.origin)
        add(.filter, filter.value.yamlText, filter.origin)
        add(.journal, journal.value.yaml, journal.origin)
        rows.append(("\(SettingKey.confirm.rawValue):", nil))
        rows.append(("  share: \(confirmShare.value.shortText)", confirmShare.origin))
        rows.append(("  guests: \(confirmGuests.value)", confirmGuests.origin))
        let widest = rows.map(\.text.count).filter { $0 <= 40 }.max() ?? 0
        return rows.map { text, origin in
            guard let origin else { return text }
            let gap = String(repeating: " ", count: max(widest - text.count, 0) + 2)
            return "\(text)\(gap)# \(origin.words.printable(limit: 4_200))"
        }
    }
}

extension SourceSetting {
    fileprivate var yaml: String {
        switch self {
        case .connect(let uri): return "{ connect: \(uri.yamlText) }"
        case .agent(let path, let name, let qmp):
            let end = qmp.map { ", qmp: \($0.yamlText)" } ?? ""
            return "{ agent: \(path.yamlText), name: \(name.yamlText)\(end) }"
        }
    }
}

extension JournalSetting {
    fileprivate var yaml: String {
        switch self {
        case .off: "false"
        case .standard: "true"
        case .folder(let path): path.yamlText
        }
    }
}

extension [String]? {
    /// The words in brackets; nil means that the program decides.
    var yamlList: String { map { "[\($0.joined(separator: ", "))]" } ?? String.yamlAuto }
}

extension String {
    /// The value of what the program decides.
    static let yamlAuto = "auto"

    /// The text in double quotes, whatever is in it.
    var yamlText: String {
        var quoted = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case _ where scalar.isYAMLText: quoted.unicodeScalars.append(scalar)
            default: quoted += scalar.yamlEscape
            }
        }
        return quoted + "\""
    }
}

extension Unicode.Scalar {
    /// The escape of a character that cannot stand in a file as it is.
    fileprivate var yamlEscape: String {
        let (letter, width) =
            switch value {
            case ...0xFF: ("x", 2)
            case ...0xFFFF: ("u", 4)
            default: ("U", 8)
            }
        let digits = String(value, radix: 16)
        return "\\\(letter)" + String(repeating: "0", count: width - digits.count) + digits
    }
}
