/// A JSON value as the wire has it.
///
/// Made for peers that are not trusted: a number is an `.integer` only when it is written as one
/// and fits, `true` is never 1, and reading is bounded in depth and in values before anything is
/// built (`init(parsing:)`).
public enum JSON: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number written without fraction and exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number: `1.0`, `1e0`, and integers too large for `.integer`.
    case number(Double)
    /// A string.
    case string(String)
    /// A list.
    case array([JSON])
    /// An object; the order of its members is not kept.
    case object([String: JSON])
}

extension JSON {
    /// The member of that name, where this is an object that has it.
    public subscript(_ name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// The value of a `.bool`.
    public var boolValue: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The value of an `.integer`.
    public var integerValue: Int64? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    /// The value of a `.string`.
    public var stringValue: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    /// The elements of an `.array`.
    public var arrayValue: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }
}
