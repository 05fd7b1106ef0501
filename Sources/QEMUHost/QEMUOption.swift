internal import QAPI

/// One argument of QEMU's that has parts: `socket,id=qga0,path=/run/a,server=on,wait=off`, or the
/// same as a JSON object.
///
/// - Source: qemu/util/keyval.c, qemu/util/qemu-option.c.
struct QEMUOption: Hashable, Sendable {
    /// The most parts that are read.
    private static let maximumParts = 256

    private var values: [String: String] = [:]

    /// - Parameters:
    ///   - text: The argument.
    ///   - implied: The name of a first part that has none: `socket,id=...`.
    init(_ text: String, implied: String? = nil) {
        if text.utf8.first == UInt8(ascii: "{") {
            if let json = try? JSON(parsing: Array(text.utf8)) { take(json, depth: 0) }
            return
        }
        for (position, part) in Self.parts(of: text).enumerated() {
            if let equals = part.firstIndex(of: "=") {
                values[String(part[..<equals])] = String(part[part.index(after: equals)...])
            } else if position == 0, let implied {
                values[implied] = part
            } else {
                values[part] = "on"
            }
        }
    }

    /// The value of a part, where it is there.
    subscript(_ name: String) -> String? { values[name] }

    /// What stands between commas; two of them stand for one that parts nothing.
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

    /// Takes the members of an object and of those inside of it, as `backend.data.addr.data.path`
    /// of a character device; an outer one goes before an inner one of the same name.
    private mutating func take(_ json: JSON, depth: Int) {
        guard case .object(let members) = json, depth < 6 else { return }
        for (name, value) in members {
            if let text = value.stringValue, values[name] == nil { values[name] = text }
        }
        for (_, value) in members.sorted(by: { $0.key < $1.key }) { take(value, depth: depth + 1) }
    }
}
