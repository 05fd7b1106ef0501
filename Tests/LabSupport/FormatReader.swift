import Foundation

/// Reads what the program prints as other programs read it (see `Tests/Lab/format-reader`).
public enum FormatReader {
    /// A metric that was found.
    public struct Metric: Decodable, Sendable {
        /// One value of it.
        public struct Sample: Decodable, Sendable {
            /// The metric's name, with what its type adds.
            public let name: String
            /// The values of its labels.
            public let labels: [String: String]
            /// The value.
            public let value: Double
        }

        /// Its name.
        public let name: String
        /// The word of its type.
        public let type: String
        /// Its unit; empty where it has none.
        public let unit: String
        /// What it means.
        public let help: String
        /// Its values.
        public let samples: [Sample]
    }

    /// The rows of a CSV, as Python's reader finds them.
    public static func rows(ofCSV text: String) throws -> [[String]] {
        try read(text, as: "csv")
    }

    /// The metrics of an exposition, as the strict reader of OpenMetrics finds them.
    public static func metrics(ofOpenMetrics text: String) throws -> [Metric] {
        try read(text, as: "openmetrics")
    }

    /// The metrics of an exposition in the text format of Prometheus.
    public static func metrics(ofPrometheus text: String) throws -> [Metric] {
        try read(text, as: "prometheus")
    }

    private static func read<Value: Decodable>(_ text: String, as format: String) throws -> Value {
        let finished = try run([script("format-reader"), format], with: text)
        guard finished.status == 0 else {
            throw LabError.unexpected("no \(format): \(finished.errors)\n\(text)")
        }
        return try JSONDecoder().decode(Value.self, from: Data(finished.output.utf8))
    }

    /// What `promtool check metrics` says of an exposition.
    public static func promtool(_ text: String) throws -> Finished {
        try run([try programs() + "/promtool", "check", "metrics"], with: text)
    }

    /// The folder of promtool and node_exporter.
    public static func programs() throws -> String {
        let finished = try run([script("prometheus")], with: "")
        guard finished.status == 0 else {
            throw LabError.ended(program: "prometheus", log: finished.errors)
        }
        return finished.output.split(separator: "\n").first.map(String.init) ?? ""
    }

    private static func run(_ command: [String], with text: String) throws -> Finished {
        let child = try Child(command)
        // A reader that has stopped reading says why when it ends.
        try? child.send(text)
        child.closeInput()
        return try child.finish(within: .seconds(300))
    }
}
