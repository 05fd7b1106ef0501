internal import JSONForms
internal import SafeText

/// A metric with its samples.
struct MetricFamily {
    enum Kind: String {
        case gauge
        /// Its samples are called `NAME_total`.
        case counter
    }

    /// Formats that differ in how they name counters, and in what they have beside samples.
    enum Format {
        case openMetrics
        case prometheus
    }

    struct Label {
        let name: String
        let value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// With its unit at the end, and without what the samples of a counter have behind that.
    let name: String
    let kind: Kind
    /// The unit that the name ends with; nil where it has none.
    let unit: String?
    /// One line, without what would need an escape.
    let help: String
    /// The names of the labels that its samples have, beside those that tell twins apart.
    let labels: [String]
    private var lines: [String] = []
    private var known: Set<String> = []

    init(
        _ name: String, _ kind: Kind = .gauge, unit: String? = nil, labels: [String], help: String
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.help = help
        self.labels = labels
    }

    /// Adds a sample; one whose labels another one has is left out, since a reader would refuse all
    /// of them.
    mutating func add(_ labels: [Label], _ value: String) {
        let text = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        guard known.insert(text).inserted else { return }
        lines.append("\(sampleName){\(text)} \(value)")
    }

    /// What its samples are called.
    var sampleName: String { kind == .counter ? "\(name)_total" : name }

    /// Its lines; none where it has no samples.
    func lines(in format: Format) -> [String] {
        guard !lines.isEmpty else { return [] }
        let described = format == .openMetrics ? name : sampleName
        var head = ["# TYPE \(described) \(kind.rawValue)"]
        if format == .openMetrics, let unit { head.append("# UNIT \(described) \(unit)") }
        return head + ["# HELP \(described) \(help)"] + lines
    }

    /// A label's value: three escapes are the format's; what else cannot be seen stands as it does
    /// in JSON, its backslash escaped.
    private static func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case _ where scalar.isVisible: text.unicodeScalars.append(scalar)
            // Beyond U+FFFF these are two escapes, each with a backslash.
            default: text += JSONText.escape(scalar).replacing("\\", with: "\\\\")
            }
        }
        return text
    }
}

extension [MetricFamily] {
    /// A whole exposition.
    func text(in format: MetricFamily.Format) -> String {
        let lines = flatMap { $0.lines(in: format) } + (format == .openMetrics ? ["# EOF"] : [])
        return lines.map { $0 + "\n" }.joined()
    }
}
