package import CanvasKit

/// What the bytes of a terminal mean.
package enum InputEvent: Hashable, Sendable {
    /// A key was pressed.
    case key(Key)
    /// Something was done with the mouse, at this place.
    case mouse(MouseAction, Position)
    /// Text was pasted: what of it stands before the first line end, without control characters.
    case paste(String)
}

/// Decodes what a terminal sends: bytes and pauses in, keys, mouse reports and pastes out.
///
/// It knows the sequences of all common terminals, whatever TERM says, and reads each one whole, in
/// as many reads as it comes. What it does not know is dropped whole: no part of a sequence acts
/// as a key. Its memory is bounded.
///
/// A character right after ESC, in the same read, is that key with Alt, and is dropped. In another
/// read it is a key of its own, and so is Esc; no other meaning depends on how reads cut the bytes.
///
/// - Source: ECMA-48 (5.4 control sequences, 5.6 strings); xterm's ctlseqs; rxvt's README.
package struct InputDecoder: Sendable {
    /// Which mouse reports are decoded; others are dropped.
    package enum MouseReports: Hashable, Sendable {
        case none
        /// Those of mode 1006, as in `ESC [ < 0 ; 11 ; 6 M`.
        case sgr
        /// And those of three bytes, `ESC [ M`, from terminals that may not know mode 1006.
        case sgrAndX10
    }

    private enum State {
        case ground
        /// After ESC: that key, a character with Alt, or the first byte of a sequence; or the end
        /// of a string.
        case escape(endsString: Bool)
        /// After `ESC [`.
        case control
        /// After `ESC [ [`: a function key of the Linux console, of one more byte.
        case consoleKey
        /// After `ESC [ M`.
        case x10Mouse
        /// After `ESC O`: a key of the block of arrows or of the keypad.
        case keypad
        /// Within OSC, DCS, APC, PM or SOS; BEL ends only the first.
        case string(endsAtBell: Bool)
        /// Within a character of several bytes.
        case character(needed: Int, hasAlt: Bool)
        /// Within a paste; so many bytes of its end have come.
        case paste(matched: Int)
    }

    /// Which mouse reports are decoded.
    package var mouse = MouseReports.none

    private var state = State.ground
    /// The bytes of the sequence or of the character so far; of a longer sequence the first ones.
    private var bytes: [UInt8] = []
    /// Whether ESC came before the ESC of the sequence: the key with Alt, in some terminals.
    private var hasAlt = false
    /// Whether the ESC of the state came last in its read.
    private var isEscapeLast = false
    /// Whether what is being read is to be dropped whatever it is.
    private var isDropped = false
    private var paste = PasteText()

    /// More bytes than the longest known sequence has.
    private static let limit = 32
    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    /// Creates a decoder that has read nothing.
    package init() {}

    /// How long a pause ends what is being read; nil where nothing is.
    ///
    /// When no byte comes for as long, `pause` is to be called.
    package var patience: Duration? {
        switch state {
        case .ground: nil
        case .escape(endsString: false): .milliseconds(25)
        case .escape, .control, .consoleKey, .x10Mouse, .keypad, .string, .character:
            .milliseconds(500)
        // The lone ESC of a user whose terminal never ends the paste; terminals take it out of
        // what they paste.
        case .paste(matched: 1): .milliseconds(500)
        // A line that hangs for a while must not turn the rest of a paste into keys.
        case .paste: .seconds(5)
        }
    }

    /// Decodes the bytes of one read.
    package mutating func decode(_ bytes: some Sequence<UInt8>) -> [InputEvent] {
        var events: [InputEvent] = []
        for byte in bytes {
            if isEscapeLast, !Self.followsEscape(byte) { events += pause() }
            isEscapeLast = false
            if let event = process(byte), !isDropped { events.append(event) }
            if case .ground = state { isDropped = false }
        }
        if case .escape(endsString: false) = state { isEscapeLast = true }
        return events
    }

    /// Whether the byte goes on with a sequence that an ESC begins.
    private static func followsEscape(_ byte: UInt8) -> Bool { "[OP]X^_".utf8.contains(byte) }

    /// Ends what is being read: no byte came for as long as `patience`.
    package mutating func pause() -> [InputEvent] {
        var event: InputEvent?
        switch state {
        case .escape(endsString: false): event = .key(.escape)
        case .paste: event = .paste(paste.text)
        case .ground, .escape, .control, .consoleKey, .x10Mouse, .keypad, .string, .character:
            break
        }
        defer { end() }
        return isDropped ? [] : event.map { [$0] } ?? []
    }

    /// Drops what is being read, to its end.
    package mutating func drop() {
        if case .ground = state { return }
        isDropped = true
    }

    private mutating func end() {
        state = .ground
        bytes.removeAll(keepingCapacity: true)
        paste = PasteText()
        hasAlt = false
        isEscapeLast = false
        isDropped = false
    }

    /// - Returns: What is known with this byte.
    private mutating func process(_ byte: UInt8) -> InputEvent? {
        switch state {
        case .ground: return processPlain(byte)
        case .escape:
            processAfterEscape(byte)
            return nil
        case .control: return processControl(byte)
        case .consoleKey:
            if restarts(at: byte) { return nil }
            defer { become(.ground) }
            return hasAlt ? nil : Key(console: byte).map(InputEvent.key)
        case .x10Mouse: return processX10(byte)
        case .keypad: return processKeypad(byte)
        case .string(let endsAtBell):
            skipString(byte, endsAtBell: endsAtBell)
            return nil
        case .character(let needed, let hasAlt):
            return processContinuation(byte, needed: needed, hasAlt: hasAlt)
        case .paste(let matched): return processPasted(byte, matched: matched)
        }
    }

    private mutating func become(_ state: State) {
        self.state = state
        bytes.removeAll(keepingCapacity: true)
        switch state {
        case .ground, .escape: hasAlt = false
        default: break
        }
    }

    // MARK: - Characters

    private mutating func processPlain(_ byte: UInt8) -> InputEvent? {
        switch byte {
        case 0x1B:
            become(.escape(endsString: false))
            return nil
        case 0x80...0x9F:
            introduce(byte)
            return nil
        case 0xC2...0xF4:
            begin(characterWith: byte, hasAlt: false)
            return nil
        default: return Key(ascii: byte).map(InputEvent.key)
        }
    }

    private mutating func begin(characterWith byte: UInt8, hasAlt: Bool) {
        become(.character(needed: byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3, hasAlt: hasAlt))
        bytes.append(byte)
    }

    private mutating func processContinuation(
        _ byte: UInt8, needed: Int, hasAlt: Bool
    ) -> InputEvent? {
        guard byte & 0xC0 == 0x80 else {
            // It was no character; this byte begins something else.
            become(.ground)
            return processPlain(byte)
        }
        bytes.append(byte)
        guard needed == 1 else {
            state = .character(needed: needed - 1, hasAlt: hasAlt)
            return nil
        }
        let text = String(validating: bytes, as: UTF8.self)
        become(.ground)
        guard let scalar = text?.unicodeScalars.first else { return nil }
        if scalar.value < 0xA0 {
            introduce(UInt8(scalar.value))
            return nil
        }
        return hasAlt ? nil : .key(.character(Character(scalar)))
    }

    // MARK: - Sequences

    private mutating func processAfterEscape(_ byte: UInt8) {
        switch byte {
        case 0x1B: hasAlt = true
        case 0x40...0x5F where introduce(byte + 0x40): break
        case 0x80...0x9F where introduce(byte): break
        case 0xC2...0xF4: begin(characterWith: byte, hasAlt: true)
        // A key with Alt.
        default: become(.ground)
        }
    }

    /// Begins the sequence that a control character of C1 introduces.
    ///
    /// - Returns: Whether it introduces one.
    @discardableResult
    private mutating func introduce(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x8F: become(.keypad)
        case 0x9B: become(.control)
        case 0x9D: become(.string(endsAtBell: true))
        case 0x90, 0x98, 0x9E, 0x9F: become(.string(endsAtBell: false))
        default: return false
        }
        return true
    }

    /// Begins again at a byte that no sequence has inside.
    private mutating func restarts(at byte: UInt8) -> Bool {
        switch byte {
        case 0x1B: become(.escape(endsString: false))
        case ..<0x20: become(.ground)
        default: return false
        }
        return true
    }

    private mutating func processControl(_ byte: UInt8) -> InputEvent? {
        if restarts(at: byte) { return nil }
        switch byte {
        case 0x5B where bytes.isEmpty: become(.consoleKey)
        case 0x4D where bytes.isEmpty: become(.x10Mouse)
        // rxvt ends a key with Shift so; elsewhere it comes before the end.
        case 0x24 where !bytes.isEmpty && bytes.allSatisfy(\.isDigit): return endControl(byte)
        case 0x20...0x3F: if bytes.count < Self.limit { bytes.append(byte) }
        case 0x40...0x7E: return endControl(byte)
        case 0x7F: break
        // Not of a sequence, which has come to no end.
        default:
            become(.ground)
            return processPlain(byte)
        }
        return nil
    }

    private mutating func endControl(_ final: UInt8) -> InputEvent? {
        let parameters = bytes
        let hadAlt = hasAlt
        become(.ground)
        guard parameters.count < Self.limit else { return nil }
        if final == 0x7E, parameters.elementsEqual("200".utf8) {
            paste = PasteText()
            state = .paste(matched: 0)
            return nil
        }
        if mouse != .none, let event = Self.mouse(sgr: parameters, final: final) { return event }
        return hadAlt ? nil : Key(control: parameters, final: final).map(InputEvent.key)
    }

    private mutating func processKeypad(_ byte: UInt8) -> InputEvent? {
        if restarts(at: byte) { return nil }
        switch byte {
        // Modifiers, in some terminals.
        case 0x30...0x3B: if bytes.count < Self.limit { bytes.append(byte) }
        case 0x80...:
            become(.ground)
            return processPlain(byte)
        default:
            let key = hasAlt ? nil : Key(keypad: byte, modifiers: bytes)
            become(.ground)
            return key.map(InputEvent.key)
        }
        return nil
    }

    private mutating func skipString(_ byte: UInt8, endsAtBell: Bool) {
        switch byte {
        case 0x07 where endsAtBell: become(.ground)
        // CAN and SUB break a string off. ESC ends it, and with a backslash begins nothing else.
        case 0x18, 0x1A: become(.ground)
        case 0x1B: become(.escape(endsString: true))
        default: break
        }
    }

    // MARK: - The mouse

    private mutating func processX10(_ byte: UInt8) -> InputEvent? {
        if restarts(at: byte) { return nil }
        bytes.append(byte)
        // Where another program left mode 1005 on, a number above 95 takes two bytes.
        let units = bytes.indices.filter { index in
            !(bytes[index] & 0xC0 == 0x80 && index > 0 && (0xC2...0xDF).contains(bytes[index - 1]))
        }
        guard units.count == 3 else { return nil }
        let report = bytes
        become(.ground)
        guard mouse == .sgrAndX10, report.count == 3 else { return nil }
        let numbers = report.map { Int($0) - 32 }
        return Self.mouse(numbers[0], column: numbers[1], row: numbers[2])
    }

    private static func mouse(sgr parameters: [UInt8], final: UInt8) -> InputEvent? {
        guard final == UInt8(ascii: "M"), parameters.first == UInt8(ascii: "<") else { return nil }
        let numbers = parameters.dropFirst().numbers
        guard numbers.count == 3, let button = numbers[0], let column = numbers[1],
            let row = numbers[2]
        else { return nil }
        return mouse(button, column: column, row: row)
    }

    /// - Parameters:
    ///   - column: Counted from 1, as is the row.
    private static func mouse(_ button: Int, column: Int, row: Int) -> InputEvent? {
        guard column >= 1, row >= 1 else { return nil }
        let place = Position(column: column - 1, row: row - 1)
        // Shift, Alt and Control; what moves with a button held down, and other buttons, are not
        // decoded.
        return switch button & ~0b11100 {
        case 0: .mouse(.press, place)
        case 64: .mouse(.wheelUp, place)
        case 65: .mouse(.wheelDown, place)
        default: nil
        }
    }

    // MARK: - Pastes

    private mutating func processPasted(_ byte: UInt8, matched: Int) -> InputEvent? {
        if byte == Self.pasteEnd[matched] {
            guard matched == Self.pasteEnd.count - 1 else {
                state = .paste(matched: matched + 1)
                return nil
            }
            let text = paste.text
            paste = PasteText()
            become(.ground)
            return .paste(text)
        }
        // What looked like the end is text. Its first byte is nowhere else in it.
        for byte in Self.pasteEnd[..<matched] { paste.append(byte) }
        guard byte != Self.pasteEnd[0] else {
            state = .paste(matched: 1)
            return nil
        }
        paste.append(byte)
        state = .paste(matched: 0)
        return nil
    }
}

/// What of a paste is kept: its first line, as far as a prompt can hold it.
private struct PasteText {
    private var bytes: [UInt8] = []
    private var isOver = false

    private static let limit = 4_096

    mutating func append(_ byte: UInt8) {
        if byte == 0x0A || byte == 0x0D { isOver = true }
        if !isOver, bytes.count < Self.limit { bytes.append(byte) }
    }

    /// The text without control characters.
    var text: String {
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
        return String(String.UnicodeScalarView(scalars.filter { !$0.isControl }))
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { value < 0x20 || (0x7F..<0xA0).contains(value) }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
}
