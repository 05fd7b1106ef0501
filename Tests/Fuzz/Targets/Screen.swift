import CanvasKit
import Dashboard
import GuestVCPU
import SafeText

@testable import Terminal

extension FuzzTarget {
    /// Any text can be shown, in as many cells as are given.
    static let text = FuzzTarget("text", longest: 1024) { bytes in
        var input = FuzzInput(bytes)
        let limit = 1 + input.number(below: 80)
        let text = String(decoding: input.rest, as: UTF8.self)
        let shown = text.printable(limit: limit)
        try requirePrintable(shown, atMost: 8 * limit)
        try requirePrintable(text.printable(), atMost: .max)
    }

    /// A word for a shell, read as a shell reads it, is the text again.
    static let shellWord = FuzzTarget("shell-word", longest: 256) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        var read: [UInt8] = []
        var isQuoted = false
        var isEscaped = false
        for byte in text.shellWord.utf8 {
            if isEscaped {
                read.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "'") {
                isQuoted.toggle()
            } else if isQuoted {
                read.append(byte)
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                try require(
                    !" \t\n;&|<>()$`\"*?[#~!{}^".utf8.contains(byte) && byte < 0x80,
                    "byte \(byte) outside of quotes: \(text.shellWord)")
                read.append(byte)
            }
        }
        try require(!isQuoted && !isEscaped, "no end: \(text.shellWord)")
        try require(read == Array(text.utf8), "\(text.shellWord)")
    }

    /// What a terminal sends: no part of a sequence acts as a key, a paste is one event, and how
    /// reads cut the bytes means nothing but after ESC.
    static let terminal = FuzzTarget("terminal", longest: 512) { bytes in
        var input = FuzzInput(bytes)
        let kind = input.number(below: 5)
        let step = 1 + input.number(below: 16)
        let payload = Array(input.rest)
        switch kind {
        case 0: try checkCuts(of: payload, step: step)
        case 1: try checkSilent("\u{1B}]", payload.filter { !endsString($0) }, "\u{07}", step)
        case 2: try checkSilent("\u{1B}P", payload.filter { !endsString($0) }, "\u{1B}\\", step)
        case 3:
            // Private parameters, which no key has.
            let parameters = payload.map { 0x30 + $0 % 16 }
            try checkSilent("\u{1B}[?", parameters, "c", step)
        default:
            let events = decode(
                Array("\u{1B}[200~".utf8) + payload.filter { $0 != 0x1B }
                    + Array("\u{1B}[201~q".utf8), step)
            guard events.count == 2, case .paste(let text) = events[0],
                events[1] == .key(.character("q"))
            else { throw Violation(description: "a paste became \(events)") }
            try check([.paste(text)])
        }
    }

    private static func endsString(_ byte: UInt8) -> Bool {
        [0x07, 0x18, 0x1A, 0x1B].contains(byte)
    }

    private static func checkSilent(
        _ start: String, _ payload: [UInt8], _ end: String, _ step: Int
    ) throws {
        let sequence = Array(start.utf8) + payload + Array(end.utf8)
        let events = decode(sequence + Array("q".utf8), step)
        try require(events == [.key(.character("q"))], "a sequence became \(events)")
    }

    private static func checkCuts(of bytes: [UInt8], step: Int) throws {
        var whole = InputDecoder()
        whole.mouse = .sgrAndX10
        let events = whole.decode(bytes)
        try check(events)
        let pieces = decode(bytes, step)
        try require(events == pieces, "\(events) in one read, \(pieces) in reads of \(step)")
        // Whatever it was, two pauses end it.
        try check(whole.pause() + whole.pause())
        try require(whole.patience == nil, "it still waits for more")
        try require(whole.decode([0x71]) == [.key(.character("q"))], "a key is lost")
    }

    /// Decodes in reads of a size, none of which ends with ESC.
    private static func decode(_ bytes: [UInt8], _ step: Int) -> [InputEvent] {
        var decoder = InputDecoder()
        decoder.mouse = .sgrAndX10
        var events: [InputEvent] = []
        var read: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            read.append(byte)
            guard read.count >= step || index == bytes.count - 1 else { continue }
            guard byte != 0x1B || index == bytes.count - 1 else { continue }
            events += decoder.decode(read)
            read = []
        }
        return events
    }

    private static func check(_ events: [InputEvent]) throws {
        for event in events {
            switch event {
            case .key(.character(let character)):
                try require(
                    character.unicodeScalars.allSatisfy {
                        $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value)
                    }, "the key \(character.unicodeScalars.map(\.value))")
            case .key: break
            case .mouse(_, let place):
                try require(place.column >= 0 && place.row >= 0, "\(place)")
            case .paste(let text):
                try require(text.utf8.count <= 3 * 4096, "\(text.utf8.count) bytes of a paste")
                try require(
                    !text.unicodeScalars.contains {
                        $0.value < 0x20 || (0x7F..<0xA0).contains($0.value)
                    }, "a control character in a paste")
            }
        }
    }
}
