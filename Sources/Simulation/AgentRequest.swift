internal import QAPI

/// One request in an agent's input.
enum AgentRequest: Sendable {
    /// A command, with its arguments and the `id` to echo; the command may not exist.
    case command(String, arguments: JSON, id: JSON?)
    /// An invalid request, with the agent's error text.
    case invalid(String)

    /// Parses one JSON value.
    ///
    /// - Source: qemu/qapi/qmp-dispatch.c, `qmp_dispatch_check_obj`.
    init(_ text: [UInt8]) {
        guard let json = try? JSON(parsing: text) else {
            self = .invalid("JSON parse error, expecting value")
            return
        }
        guard case .object(let members) = json else {
            self = .invalid("QMP input must be a JSON object")
            return
        }
        let arguments = members["arguments"] ?? .object([:])
        if let name = members.keys.sorted().first(where: { !Self.members.contains($0) }) {
            self = .invalid("QMP input member '\(name)' is unexpected")
        } else if let execute = members["execute"] {
            guard let command = execute.stringValue else {
                self = .invalid("QMP input member 'execute' must be a string")
                return
            }
            guard case .object = arguments else {
                self = .invalid("QMP input member 'arguments' must be an object")
                return
            }
            self = .command(command, arguments: arguments, id: members["id"])
        } else {
            self = .invalid("QMP input lacks member 'execute'")
        }
    }

    private static let members: Set<String> = ["execute", "arguments", "id"]
}

/// Splits an agent's input into requests as QEMU's JSON parser does: by brackets, not by lines.
///
/// An incomplete request remains when its client disconnects, and the next client's first bytes
/// continue it. The byte 0xFF drops an incomplete request; the agent then answers with an error.
///
/// - Source: qemu/qobject/json-streamer.c.
struct AgentRequestReader: Sendable {
    /// The longest request in bytes: far more than 4,096 vCPUs need.
    static let maximumSize = 1 << 20

    private enum Place { case between, inWord, inValue, inString, afterBackslash }

    private var text: [UInt8] = []
    private var place = Place.between
    private var depth = 0

    /// Appends bytes as they arrive, and returns the requests that they complete.
    mutating func push(_ bytes: [UInt8]) -> [AgentRequest] {
        bytes.compactMap { push($0) }
    }

    private mutating func push(_ byte: UInt8) -> AgentRequest? {
        if byte == 0xFF {
            reset()
            return .invalid("JSON parse error, stray '\u{FFFD}'")
        }
        guard text.count < Self.maximumSize else {
            reset()
            return .invalid("JSON parse error, token size limit exceeded")
        }
        switch (place, byte) {
        case (.between, _) where Self.isBlank(byte):
            return nil
        case (.between, _):
            place = Self.isOpening(byte) ? .inValue : .inWord
        case (.inWord, _) where Self.isBlank(byte):
            let word = String(decoding: text, as: UTF8.self)
            reset()
            return .invalid("JSON parse error, invalid keyword '\(word)'")
        case (.inValue, UInt8(ascii: "\"")): place = .inString
        case (.inString, UInt8(ascii: "\"")): place = .inValue
        case (.inString, UInt8(ascii: "\\")): place = .afterBackslash
        case (.afterBackslash, _): place = .inString
        default: break
        }
        text.append(byte)
        guard place == .inValue else { return nil }
        if Self.isOpening(byte) { depth += 1 }
        if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { depth -= 1 }
        guard depth == 0 else { return nil }
        let request = AgentRequest(text)
        reset()
        return request
    }

    private mutating func reset() {
        text = []
        place = .between
        depth = 0
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    private static func isOpening(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
    }
}
