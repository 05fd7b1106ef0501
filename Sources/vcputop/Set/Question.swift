internal import Concurrency
internal import Glibc
internal import GuestVCPU

/// A question to the user at a terminal, which is answered by a line.
enum Question {
    /// Where to ask; nil where there is no terminal to ask at.
    ///
    /// - Parameter isInputTaken: Whether standard input is read for something else.
    static func stream(isInputTaken: Bool) -> Output.Stream? {
        guard !isInputTaken, isatty(STDIN_FILENO) == 1 else { return nil }
        if isatty(Output.Stream.errors.rawValue) == 1 { return .errors }
        let isFree = !Output.carriesData && isatty(Output.Stream.output.rawValue) == 1
        return isFree ? .output : nil
    }

    /// Asks, and waits for the answer.
    ///
    /// What was typed before the question could be read is no answer to it, and is thrown away.
    ///
    /// - Returns: Whether the answer is yes; nil after an interruption.
    @MainActor static func ask(
        _ text: String, on stream: Output.Stream, _ hold: ChangeHold
    ) async -> Bool? {
        hold.wait { try? Output.prompt(text, on: stream) }
        defer { hold.wait(with: nil) }
        tcflush(STDIN_FILENO, TCIFLUSH)
        try? Output.prompt(text, on: stream)
        let line = await Task { () -> String in await typedLine() }.value(unless: hold.interruption)
        // After an interruption the next message begins on a line of its own.
        guard let line, !hold.interruption.isRequested else {
            try? Output.write([""], to: stream)
            return nil
        }
        return isYes(line)
    }

    /// Whether an answer is yes; whatever else it is, it is no.
    static func isYes(_ line: String) -> Bool {
        ["y", "yes"].contains(line.lowercased().filter { !$0.isWhitespace })
    }

    private static func typedLine() async -> String {
        await withCheckedContinuation { continuation in
            BlockingCall.start { continuation.resume(returning: readLine()) }
        }
    }

    /// The longest answer, in bytes.
    private static let longest = 1_024

    private static func readLine() -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < longest {
            let count = Glibc.read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, byte != UInt8(ascii: "\n") else { break }
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }
}
