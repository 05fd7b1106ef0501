import Foundation
import GuestVCPU
import SafeText
import Testing

@Suite("Words for a shell")
struct ShellWordTests {
    @Test(
        "a real shell reads a word as the text that it was made of",
        arguments: [
            "web1", "it's", "'", "''", "", "=x", "a b", "$(touch /x)", "`id`", "-n", "é",
            "x'\u{301}; echo mine; '\u{301}", "\u{301}'\u{200D}'", "#", "~", "!!",
        ])
    func word(text: String) throws {
        let shell = Process()
        let output = Pipe()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", "printf '%s' \(text.shellWord)"]
        shell.standardOutput = output
        try shell.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        shell.waitUntilExit()
        #expect(Array(bytes) == Array(text.utf8))
    }
}
