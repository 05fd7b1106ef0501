internal import QAPI

/// One line of an agent's output, without the line end.
struct AgentReply: Hashable, Sendable {
    var bytes: [UInt8]
    /// Whether 0xFF precedes the line, as it precedes the answer to `guest-sync-delimited`.
    var isDelimited = false

    /// Creates a line of any bytes.
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Creates `{"return": VALUE}`, with blanks where qemu-ga writes them.
    init(returning value: String, id: JSON? = nil) {
        bytes = Array("{\"return\": \(value)\(Self.echo(id))}".utf8)
    }

    /// Creates the error line `{"error": {"class": ..., "desc": ...}}`.
    init(error description: String, class: String = "GenericError", id: JSON? = nil) {
        let text = Self.ascii(JSON.string(description).serialized())
        bytes = Array(
            "{\"error\": {\"class\": \"\(`class`)\", \"desc\": \(text)}\(Self.echo(id))}".utf8)
    }

    static func notFound(_ command: String, id: JSON? = nil) -> AgentReply {
        AgentReply(
            error: "The command \(command) has not been found", class: "CommandNotFound", id: id)
    }

    static func disabled(_ command: String, id: JSON? = nil) -> AgentReply {
        AgentReply(
            error: "Command \(command) has been disabled", class: "CommandNotFound", id: id)
    }

    static func frozen(_ command: String, id: JSON? = nil) -> AgentReply {
        AgentReply(
            error: "Command \(command) has been disabled: the agent is in frozen state",
            class: "CommandNotFound", id: id)
    }

    /// The text in quotes; QEMU writes a character outside ASCII as `\uXXXX`.
    private static func ascii(_ json: [UInt8]) -> String {
        String(decoding: json, as: UTF8.self).utf16.reduce(into: "") { text, unit in
            guard unit >= 0x7F else {
                text.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
                return
            }
            let digits = String(unit, radix: 16, uppercase: true)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }

    /// The member that qemu-ga 7.2 adds when the request has an `id`.
    private static func echo(_ id: JSON?) -> String {
        guard let id else { return "" }
        return ", \"id\": " + String(decoding: id.serialized(), as: UTF8.self)
    }
}
