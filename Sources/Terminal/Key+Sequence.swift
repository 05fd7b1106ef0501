internal import CanvasKit

// Which keys the bytes of terminals are. All spellings are known at once: what one terminal sends
// for a key means nothing else in another.

extension Key {
    /// The key of a byte below 128; nil for what no key here is.
    init?(ascii byte: UInt8) {
        switch byte {
        case 0x09: self = .tab
        case 0x0A, 0x0D: self = .enter
        case 0x08, 0x7F: self = .backspace
        case 0x01...0x1A: self = .control(Character(UnicodeScalar(byte + 0x60)))
        case 0x20..<0x7F: self = .character(Character(UnicodeScalar(byte)))
        default: return nil
        }
    }

    /// The key of a control sequence; nil for what no key here is.
    ///
    /// A key with Shift or Control is the key.
    ///
    /// - Parameters:
    ///   - parameters: What stands between `ESC [` and the last byte.
    init?(control parameters: [UInt8], final: UInt8) {
        let numbers = parameters.numbers
        guard let first = numbers.first, numbers.count <= 2,
            numbers.count < 2 || numbers[1].isModifier
        else { return nil }
        switch final {
        // `~`, and with Shift or Control in rxvt `$`, `^` and `@`.
        case 0x7E, 0x24, 0x5E, 0x40:
            switch first {
            case 1, 7: self = .home
            case 4, 8: self = .end
            case 5: self = .pageUp
            case 6: self = .pageDown
            default:
                guard let key = Self.functionKeys[first ?? 0] else { return nil }
                self = key
            }
        default:
            guard parameters.isEmpty || first == 1,
                let key = Self.cursorKey(final) ?? Self.functionKey(final, isControl: true)
            else { return nil }
            self = key
        }
    }

    /// The function key of `ESC [ [` and this byte, as the Linux console sends it; nil for what
    /// no key here is.
    init?(console byte: UInt8) {
        guard (UInt8(ascii: "A")...UInt8(ascii: "E")).contains(byte) else { return nil }
        self = .function(Int(byte - UInt8(ascii: "A")) + 1)
    }

    /// The key of `ESC O`, modifiers and this byte; nil for what no key here is.
    init?(keypad byte: UInt8, modifiers: [UInt8]) {
        if let key = Self.cursorKey(byte) ?? Self.functionKey(byte, isControl: false) {
            let numbers = modifiers.numbers
            guard modifiers.isEmpty || numbers.last?.isModifier == true, numbers.count <= 2 else {
                return nil
            }
            self = key
            return
        }
        guard modifiers.isEmpty else { return nil }
        switch byte {
        case UInt8(ascii: "M"): self = .enter
        case UInt8(ascii: "I"): self = .tab
        case UInt8(ascii: " "): self = .character(" ")
        case UInt8(ascii: "X"): self = .character("=")
        // The keypad's characters stand in the order of ASCII, from `*` to `9`.
        case UInt8(ascii: "j")...UInt8(ascii: "y"):
            self = .character(Character(UnicodeScalar(byte - 0x40)))
        default: return nil
        }
    }

    /// The function keys by the number before `~`.
    ///
    /// The numbers have gaps where the keys of a VT220 have.
    private static let functionKeys: [Int: Key] = {
        let numbers = [11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24]
        return numbers.enumerated().reduce(into: [:]) { keys, number in
            keys[number.element] = .function(number.offset + 1)
        }
    }()

    /// F1 to F4, which have a letter of their own.
    ///
    /// - Parameter isControl: Whether `ESC [` came before the letter; `R` is a report of the
    ///   cursor's place then.
    private static func functionKey(_ byte: UInt8, isControl: Bool) -> Key? {
        switch byte {
        case UInt8(ascii: "P"): .function(1)
        case UInt8(ascii: "Q"): .function(2)
        case UInt8(ascii: "R") where !isControl: .function(3)
        case UInt8(ascii: "S"): .function(4)
        default: nil
        }
    }

    private static func cursorKey(_ byte: UInt8) -> Key? {
        switch byte {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): .right
        case UInt8(ascii: "D"): .left
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "H"): .home
        default: nil
        }
    }
}

extension Collection<UInt8> {
    /// Numbers with semicolons between them; nil for what is none, or too large to mean anything.
    var numbers: [Int?] {
        split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { digits in
            guard (1...5).contains(digits.count) else { return nil }
            var number = 0
            for digit in digits {
                guard (0x30...0x39).contains(digit) else { return nil }
                number = number * 10 + Int(digit - 0x30)
            }
            return number
        }
    }
}

extension Int? {
    /// Whether it says which of Shift, Alt and Control are held, but not Alt.
    fileprivate var isModifier: Bool {
        guard let self, (1...16).contains(self) else { return false }
        return (self - 1) & 0b1010 == 0
    }
}
