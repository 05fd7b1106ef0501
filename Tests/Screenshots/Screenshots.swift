import Foundation
import TerminalEmulator

/// Takes pictures of the program, and a film, into a folder: `Screenshots FOLDER`.
///
/// The real program runs on its simulated fleet in an emulated terminal, and keys are pressed. With
/// `Screenshots FOLDER 120x40-monochrome ...` only the pictures of these screens are taken.
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
        Step(keys: "", shows: "paused-test", picture: "fleet"),
        Step(keys: right + right + " " + right + " ", shows: "2 marked"),
        Step(keys: down + down + "=4\r", shows: "6 marked in 2 guests", picture: "marked"),
        Step(keys: "c", shows: "REVIEW", picture: "review"),
        Step(keys: "y", shows: "committed", picture: "results"),
        Step(keys: escape, shows: "Enter detail"),
        Step(keys: "\r", shows: "> db-01", picture: "detail"),
        Step(keys: escape, shows: "Enter detail"),
        Step(keys: "t", shows: "GUEST         0", picture: "tiles"),
        Step(keys: "tH", shows: "RAN HERE LAST", picture: "host"),
        Step(keys: escape, shows: "b revert"),
        Step(keys: "?", shows: "HELP", picture: "help"),
    ]

    static func main() {
        guard let folder = CommandLine.arguments.dropFirst().first else {
            complain("which folder?")
            exit(64)
        }
        let named = CommandLine.arguments.dropFirst(2)
        do {
            for screen in named.isEmpty ? try Screen.all : try named.map(Screen.init) {
                for (name, picture) in try take(screen) {
                    try write(picture, "\(name)-\(screen.name)", folder)
                }
            }
            if named.isEmpty { try write(try Recording.film(), "tour", folder) }
        } catch {
            complain("\(error)")
            exit(1)
        }
    }

    /// The size and the theme of a terminal.
    private struct Screen {
        struct Unknown: Error {
            let name: String
        }

        let name: String
        let columns, rows: Int
        let theme: String

        static var all: [Screen] {
            get throws {
                try ["80x24-default", "120x40-default", "160x50-default", "80x24-light"]
                    .map(Screen.init)
            }
        }

        init(_ name: String) throws {
            guard let parts = name.wholeMatch(of: /(\d{1,3})x(\d{1,3})-(.+)/),
                let columns = Int(parts.1), let rows = Int(parts.2), columns > 0, rows > 0
            else { throw Unknown(name: name) }
            self.name = name
            self.columns = columns
            self.rows = rows
            theme = String(parts.3)
        }

        var window: Window { theme == "light" ? .light : .dark }
    }

    private static func write(_ picture: String, _ name: String, _ folder: String) throws {
        let file = "\(name).svg"
        try Data(picture.utf8).write(to: URL(filePath: folder).appending(path: file))
        complain(file)
    }

    private static func take(_ screen: Screen) throws -> [(String, String)] {
        let emulator = try Emulator.demo(
            columns: screen.columns, rows: screen.rows, theme: screen.theme)
        var pictures: [(String, String)] = []
        for step in steps {
            emulator.send(step.keys)
            try emulator.wait(for: step.shows)
            guard let name = step.picture else { continue }
            try emulator.settle()
            pictures.append((name, Picture.svg(of: emulator, window: screen.window)))
        }
        try emulator.end()
        return pictures
    }

    private static func complain(_ text: String) {
        FileHandle.standardError.write(Data("screenshots: \(text)\n".utf8))
    }
}
