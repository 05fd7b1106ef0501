/// A value that is not what the schema says, and where: `return[3].online`.
struct SchemaViolation: Error {
    var path: String
    var problem: Malformation.Problem
    var value: JSON

    init(_ path: String, _ problem: Malformation.Problem, _ value: JSON) {
        self.path = path
        self.problem = problem
        self.value = value
    }

    /// The same seen from the value that this one is a part of.
    func within(_ outer: String) -> SchemaViolation {
        let joint = path.isEmpty || path.hasPrefix("[") ? "" : "."
        return SchemaViolation(outer + joint + path, problem, value)
    }
}

extension QAPIError {
    /// The error for a violation inside of what was returned.
    init(_ violation: SchemaViolation) {
        let violation = violation.within("return")
        self = .malformed(
            .schema(path: violation.path, violation.problem), excerpt: violation.value.excerpt)
    }
}

/// Reading a value as the schema describes it. Members that are not asked for do not matter:
/// newer agents have more of them.
extension JSON {
    func required<Value>(
        _ name: String, as type: (JSON) -> Value?
    ) throws(SchemaViolation) -> Value {
        guard case .object = self else { throw SchemaViolation("", .wrongType, self) }
        guard let value = try optional(name, as: type) else {
            throw SchemaViolation(name, .missing, self)
        }
        return value
    }

    func optional<Value>(
        _ name: String, as type: (JSON) -> Value?
    ) throws(SchemaViolation) -> Value? {
        guard let member = self[name] else { return nil }
        guard let value = type(member) else { throw SchemaViolation(name, .wrongType, member) }
        return value
    }

    /// The integer member as an `Int` of this range.
    func required(_ name: String, in range: ClosedRange<Int>) throws(SchemaViolation) -> Int {
        let value = try required(name) { $0.integerValue }
        guard let integer = Int(exactly: value), range.contains(integer) else {
            throw SchemaViolation(name, .outOfRange, .integer(value))
        }
        return integer
    }

    /// Reads each element of the list that this is.
    func elements<Element>(
        atMost maximum: Int, _ read: (JSON) throws(SchemaViolation) -> Element
    ) throws(SchemaViolation) -> [Element] {
        guard case .array(let values) = self else { throw SchemaViolation("", .wrongType, self) }
        guard values.count <= maximum else { throw SchemaViolation("", .tooMany, self) }
        var elements: [Element] = []
        elements.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            do throws(SchemaViolation) {
                elements.append(try read(value))
            } catch {
                throw error.within("[\(index)]")
            }
        }
        return elements
    }
}

/// Reads what a command returned, with a violation as `.malformed`.
func reading<Value>(
    _ value: JSON, _ read: (JSON) throws(SchemaViolation) -> Value
) throws(QAPIError) -> Value {
    do throws(SchemaViolation) {
        return try read(value)
    } catch {
        throw QAPIError(error)
    }
}
