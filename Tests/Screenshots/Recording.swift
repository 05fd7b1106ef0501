import Foundation
import TerminalEmulator

/// The film of the README: guests are found, marked, changed, and the change is reverted.
enum Recording {
    private static let columns = 100
    private static let rows = 26
    private static let escape = "\u{1B}"

    /// Something that is done, with its keys and a text that shows that it is done.
    private struct Step {
        let title: String
        let keys: [String]
        let shows: String
        /// How long the result can be looked at.
        let seconds: Double
    }

    private static let steps = [
        Step(title: "The demo's guests", keys: [], shows: "24 guests", seconds: 3),
        Step(
            title: "Find the guest that waits most", keys: ["s", "w"], shows: "WAIT%", seconds: 3),
        Step(
            title: "List some of the guests",
            keys: ["f"] + "name~^web".map(String.init) + ["\r"], shows: " of 24)",
            seconds: 3),
        Step(
            title: "Mark vCPUs 4-7 of each to go offline",
            keys: [":"] + "all -4-7".map(String.init) + ["\r"], shows: "marked", seconds: 3),
        Step(title: "Review: nothing is sent yet", keys: ["c"], shows: "REVIEW", seconds: 4),
        Step(title: "Send", keys: ["y"], shows: "committed", seconds: 4),
        Step(title: "Back to the guests", keys: [escape], shows: "q quit", seconds: 3),
        Step(title: "Revert the last change: review", keys: ["b"], shows: "REVIEW", seconds: 3),
        Step(title: "Send", keys: ["y"], shows: "committed", seconds: 3),
        Step(title: "Everything is as before", keys: [escape], shows: "q quit", seconds: 3),
    ]

    /// Plays the steps in a terminal.
    static func film() throws -> String {
        let emulator = try Emulator.demo(columns: columns, rows: rows, theme: "default")
        var film = Film(columns: columns, window: .dark)
        for step in steps {
            var pressed: [String] = []
            for key in step.keys {
                if !pressed.isEmpty {
                    try emulator.settle()
                    film.add(emulator, title: step.title, keys: pressed, seconds: 0.2)
                }
                emulator.send(key)
                pressed.append(label(of: key))
            }
            try emulator.wait(for: step.shows)
            try emulator.settle()
            film.add(emulator, title: step.title, keys: pressed, seconds: step.seconds)
        }
        try emulator.end()
        return film.svg
    }

    /// What is printed on a key.
    private static func label(of key: String) -> String {
        switch key {
        case escape: "Esc"
        case "\r": "Enter"
        case " ": "Space"
        default: key
        }
    }
}
