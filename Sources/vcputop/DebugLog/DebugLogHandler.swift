internal import FoundationEssentials
internal import JSONForms
internal import Logging
internal import SafeText

/// Makes one printable line of each event.
struct DebugLogHandler: LogHandler {
    let file: DebugLogFile
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    /// The most characters of a line after its time.
    private static let longestLine = 2_400

    func log(event: LogEvent) {
        let place = event.metadata?["place"].map { " \($0)" } ?? ""
        // Line ends in it become blanks: one event is one line, whatever a guest sends.
        let text = "\(event.level)\(place): \(event.message)"
            .trimmingLineEnd.printable(limit: Self.longestLine)
        file.append("\(JSONText.time(Date())) \(text)\n")
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}

extension String {
    fileprivate var trimmingLineEnd: Substring {
        last == "\n" || last == "\r\n" ? dropLast() : self[...]
    }
}
