import Foundation
import TerminalEmulator

extension Emulator {
    /// Starts the dashboard on its simulated fleet; the program is beside this one.
    static func demo(columns: Int, rows: Int, theme: String) throws -> Emulator {
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "vcputop").path
        return try Emulator(program, ["demo", "--theme", theme], columns: columns, rows: rows)
    }

    /// Waits for a text, and until all guests have answered or were given up.
    func wait(for text: String) throws {
        try wait("“\(text)”") { emulator in
            let lines = emulator.lines
            return lines.contains { $0.contains(text) }
                && !lines.contains { $0.contains("pending") }
        }
    }

    /// Waits for a pause in what the program writes.
    func settle() throws {
        var count = -1
        try wait("a pause") { emulator in
            usleep(200_000)
            defer { count = emulator.written.count }
            return emulator.written.count == count
        }
    }

    /// Ends the program.
    func end() throws {
        signal(SIGTERM)
        _ = try waitForEnd()
    }
}
