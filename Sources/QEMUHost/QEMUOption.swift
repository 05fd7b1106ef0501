internal import QAPI

/// A QEMU argument that has parts: `socket,id=qga0,path=/run/a,server=on,wait=off`, or a JSON
/// object.
///
/// As in QEMU, the last of several values counts, but the first of several `id`s. A flag without a
/// value is on; with `no` before its name it is off.
///
/// - Source: qemu/util/qemu-option.c (`get_opt_name_value`, `opts_parse_id`), qemu/util/keyval.c.
struct QEMUOption: Hashable, Sendable {
    /// The most parts to read.
    private static let maximumParts = 256

    /// Whether the argument is JSON, where a missing member has the schema's default.
    let isJSON: Bool
    private var values: [String: String] = [:]

    /// - Parameters:
    ///   - text: The argument.
    ///   - implied: The name of a first part that has no name, as in `socket,id=...`.
    init(_ text: String, implied: String? = nil) {
        isJSON = text.utf8.first == UInt8(ascii: "{")
        if isJSON {
            if let json = try? JSON(parsing: Array(text.utf8)) { addMembers(of: json, depth: 0) }
            return
        }
        for (position, part) in Self.parts(of: text).enumerated() {
            // Scalars are compared: as characters, `=` and `=` with a combining mark differ.
            let scalars = part.unicodeScalars
            if let equals = scalars.firstIndex(of: "=") {
                let value = scalars[scalars.index(after: equals)...]
                set(String(value), for: String(scalars[..<equals]))
            } else if position == 0, let implied {
                values[implied] = part
            } else if part.utf8.starts(with: "no".utf8) {
                set("off", for: String(scalars.dropFirst(2)))
            } else {
                set("on", for: part)
            }
        }
    }

    /// The value of a part; nil where there is no such part.
    subscript(_ name: String) -> String? { values[name] }

    /// Whether a flag is on; nil where there is no such flag.
    ///
    /// - Source: qemu/qapi/qapi-util.c, `qapi_bool_parse`. QEMU does not start with another value.
    func flag(_ name: String) -> Bool? {
        values[name].map { ["on", "yes", "true", "y"].contains($0) }
    }

    private mutating func set(_ value: String, for name: String) {
        guard name != "id" || values[name] == nil else { return }
        values[name] = value
    }

    /// Splits the text at commas; a double comma is a comma of the text.
    private static func parts(of text: String) -> [String] {
        var parts: [String] = []
        var part = String.UnicodeScalarView()
        var scalars = text.unicodeScalars[...]
        while parts.count < maximumParts, let scalar = scalars.popFirst() {
            if scalar != "," {
                part.append(scalar)
            } else if scalars.first == "," {
                part.append(scalar)
                scalars.removeFirst()
            } else {
                parts.append(String(part))
                part = String.UnicodeScalarView()
            }
        }
        if parts.count < maximumParts { parts.append(String(part)) }
        return parts
    }

    /// Adds the members of an object and of the objects in it, such as
    /// `backend.data.addr.data.path` of a character device; an outer member hides an inner one of
    /// the same name.
    private mutating func addMembers(of json: JSON, depth: Int) {
        guard case .object(let members) = json, depth < 6 else { return }
        for (name, value) in members {
            guard values[name] == nil else { continue }
            values[name] = value.stringValue ?? value.boolValue.map { $0 ? "on" : "off" }
        }
        for (_, value) in members.sorted(by: { $0.key < $1.key }) {
            addMembers(of: value, depth: depth + 1)
        }
    }
}
