import Foundation
import TerminalEmulator

/// Runs the real program on its simulated fleet in an emulated terminal, presses keys, and writes
/// what the terminal shows as pictures into a folder: `Screenshots FOLDER`.
@main
enum Screenshots {
    /// Something to press, a text that shows that it was taken, and the picture to take then.
    struct Step {
        let keys: String
        let shows: String
        var picture: String?
    }

    private static let right = "\u{1B}OC"
    private static let down = "\u{1B}OB"
    private static let escape = "\u{1B}"

    static let steps = [
        Step(keys: "", shows: "blocked", picture: "fleet"),
        Step(keys: right + right + " " + right + " ", shows: "2 marked"),
        Step(keys: down + down + "=4\r", shows: "6 marked in 2 guests", picture: "marked"),
        Step(keys: "c", shows: "REVIEW", picture: "review"),
        Step(keys: "y", shows: "committed", picture: "results"),
        Step(keys: escape, shows: "Ret detail"),
        Step(keys: "\r", shows: "> app-01", picture: "detail"),
        Step(keys: escape, shows: "Ret detail"),
        Step(keys: "t", shows: "GUEST         0", picture: "tiles"),
        Step(keys: "t?", shows: "HELP", picture: "help"),
    ]

    static func main() {
        guard let folder = CommandLine.arguments.dropFirst().first else {
            complain("which folder?")
            exit(64)
        }
        do {
            for (columns, rows, theme, window) in [
                (80, 24, "default", Picture.Window.dark), (160, 50, "default", .dark),
                (80, 24, "light", .light),
            ] {
                for (name, picture) in try take(columns, rows, theme, window) {
                    let file = "\(name)-\(columns)x\(rows)-\(theme).svg"
                    try Data(picture.utf8).write(to: URL(filePath: folder).appending(path: file))
                    complain(file)
                }
            }
        } catch {
            complain("\(error)")
            exit(1)
        }
    }

    private static func take(
        _ columns: Int, _ rows: Int, _ theme: String, _ window: Picture.Window
    ) throws -> [(String, String)] {
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "vcputop").path
        let emulator = try Emulator(
            program, ["demo", "--theme", theme], columns: columns, rows: rows)
        var pictures: [(String, String)] = []
        for step in steps {
            emulator.send(step.keys)
            // All guests have answered, or were given up.
            try emulator.wait("“\(step.shows)”") {
                $0.lines.contains(step.shows) && !$0.lines.contains("pending")
            }
            guard let name = step.picture else { continue }
            try emulator.settle()
            pictures.append((name, Picture.svg(of: emulator, window: window)))
        }
        emulator.signal(SIGTERM)
        _ = try emulator.waitForEnd()
        return pictures
    }

    private static func complain(_ text: String) {
        FileHandle.standardError.write(Data("screenshots: \(text)\n".utf8))
    }
}

extension [String] {
    fileprivate func contains(_ text: String) -> Bool { contains { $0.contains(text) } }
}

extension Emulator {
    /// Waits for a pause in what the program writes.
    fileprivate func settle() throws {
        var count = -1
        try wait("a pause") { emulator in
            usleep(200_000)
            defer { count = emulator.written.count }
            return emulator.written.count == count
        }
    }
}
