/// Carries dimmed text (SGR 2) through libvterm, which does not know it, as text that is struck out
/// (SGR 9): libvterm keeps that with each cell, and saves and resets it with the other attributes.
///
/// Text that the program itself strikes out is shown as it would be without; vcputop has none.
struct DimTranslator {
    /// The beginning of a sequence whose end is not yet there.
    private var held: [UInt8] = []

    private static let escape: UInt8 = 0x1B
    /// A sequence that is longer is left out: libvterm 0.1 writes beyond its sixteen parameters.
    private static let longest = 128
    private static let mostParameters = 16

    /// What libvterm is to process for these bytes, which may end within a sequence.
    mutating func translate(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var translated: [UInt8] = []
        for byte in bytes {
            if byte == Self.escape {
                // It breaks off a sequence, too.
                held = [byte]
            } else if held.isEmpty {
                translated.append(byte)
            } else if held.count == 1 {
                held.append(byte)
                guard byte != UInt8(ascii: "[") else { continue }
                translated += held
                held = []
            } else {
                continueSequence(byte, to: &translated)
            }
        }
        return translated
    }

    /// Takes a byte after `ESC [`.
    private mutating func continueSequence(_ byte: UInt8, to translated: inout [UInt8]) {
        switch byte {
        case 0x20...0x3F:
            if held.count <= Self.longest { held.append(byte) }
        case UInt8(ascii: "m"):
            if held.count <= Self.longest { translated += Self.attributes(held.dropFirst(2)) }
            held = []
        case 0x18, 0x1A:
            // These break a sequence off.
            held = []
        case 0x40...:
            held.append(byte)
            if Self.isShort(held) { translated += held }
            held = []
        default:
            // A control character within a sequence acts at once.
            translated.append(byte)
        }
    }

    /// The sequences for the parameters of one that sets attributes: one for each attribute, since
    /// libvterm takes only so many parameters.
    private static func attributes(_ parameters: ArraySlice<UInt8>) -> [UInt8] {
        // With a prefix or an intermediate byte it is another sequence (`ESC [ > 4 ; 2 m`).
        guard parameters.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: ";")).contains($0) }) else {
            return sequence(String(decoding: parameters, as: UTF8.self))
        }
        var rest = String(decoding: parameters, as: UTF8.self)
            .split(separator: ";", omittingEmptySubsequences: false)[...]
        var sequences: [UInt8] = []
        while let first = rest.popFirst() {
            switch Int(first) {
            case 2: sequences += sequence("9")
            case 22: sequences += sequence("22") + sequence("29")
            case 9, 29: break
            case 38, 48:
                // The numbers of a colour are no attributes: 38;5;INDEX or 38;2;RED;GREEN;BLUE.
                let count = rest.first == "5" ? 2 : rest.first == "2" ? 4 : 0
                sequences += sequence(([first] + rest.prefix(count)).joined(separator: ";"))
                rest = rest.dropFirst(count)
            default: sequences += sequence(String(first))
            }
        }
        return sequences
    }

    private static func sequence(_ parameters: String) -> [UInt8] {
        let sequence = Array("\u{1B}[\(parameters)m".utf8)
        return isShort(sequence) ? sequence : []
    }

    /// Whether libvterm has room for a sequence's parameters.
    private static func isShort(_ sequence: [UInt8]) -> Bool {
        let separators = UInt8(ascii: ":")...UInt8(ascii: ";")
        return sequence.count <= longest
            && sequence.count(where: separators.contains) < mostParameters
    }
}
