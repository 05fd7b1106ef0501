/// Reads a reply of `guest-get-vcpus` as agents write it, in one pass over its bytes.
///
/// It accepts plain replies alone: the members that the schema has, each once and in any order,
/// and no id twice. Everything else is left to the general parser: errors, members that newer
/// agents add, escaped names, and whatever is wrong. A reply that this parser accepts means the
/// same to the general one, which takes ten times as long.
struct VCPUListParser {
    private let bytes: [UInt8]
    private var index = 0
    /// A bit for each id that has occurred.
    private var seen = [UInt64](repeating: 0, count: AgentVCPU.maximumID / 64 + 1)

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The processors in a reply; nil where the general parser has to read it.
    static func vcpus(in line: [UInt8]) -> [AgentVCPU]? {
        var parser = VCPUListParser(line)
        return parser.reply()
    }

    private mutating func reply() -> [AgentVCPU]? {
        guard consume("{"), consume("\"return\""), consume(":"), consume("[") else { return nil }
        var vcpus: [AgentVCPU] = []
        repeat {
            guard let vcpu = vcpu() else { return nil }
            vcpus.append(vcpu)
        } while consume(",")
        guard consume("]"), consume("}") else { return nil }
        skipBlanks()
        return index == bytes.count ? vcpus : nil
    }

    private mutating func vcpu() -> AgentVCPU? {
        guard consume("{") else { return nil }
        var id: Int?
        var isOnline: Bool?
        var canOffline: Bool?
        repeat {
            if consume("\"logical-id\"") {
                guard id == nil, consume(":"), let number = number() else { return nil }
                id = number
            } else if consume("\"online\"") {
                guard isOnline == nil, consume(":"), let value = bool() else { return nil }
                isOnline = value
            } else if consume("\"can-offline\"") {
                guard canOffline == nil, consume(":"), let value = bool() else { return nil }
                canOffline = value
            } else {
                return nil
            }
        } while consume(",")
        guard consume("}"), let id, let isOnline, isNew(id) else { return nil }
        return AgentVCPU(logicalID: id, isOnline: isOnline, canOffline: canOffline)
    }

    private mutating func bool() -> Bool? {
        if consume("true") { return true }
        return consume("false") ? false : nil
    }

    /// A number of at most four digits without a needless zero, 0 to `AgentVCPU.maximumID`.
    private mutating func number() -> Int? {
        skipBlanks()
        let start = index
        var number = 0
        while index < bytes.count, index - start < 4, (0x30...0x39).contains(bytes[index]) {
            number = number * 10 + Int(bytes[index] - 0x30)
            index += 1
        }
        let length = index - start
        guard length > 0, length == 1 || bytes[start] != 0x30, number <= AgentVCPU.maximumID else {
            return nil
        }
        return number
    }

    /// Records an id; false where it has occurred before.
    private mutating func isNew(_ id: Int) -> Bool {
        let bit: UInt64 = 1 << UInt64(id % 64)
        guard seen[id / 64] & bit == 0 else { return false }
        seen[id / 64] |= bit
        return true
    }

    /// Consumes a text of ASCII and the blanks before it.
    private mutating func consume(_ text: StaticString) -> Bool {
        skipBlanks()
        let count = text.utf8CodeUnitCount
        guard count <= bytes.count - index else { return false }
        for offset in 0..<count where bytes[index + offset] != text.utf8Start[offset] {
            return false
        }
        index += count
        return true
    }

    private mutating func skipBlanks() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }
}
