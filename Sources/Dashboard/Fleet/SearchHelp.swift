internal import CanvasKit

/// What the screen says while no guest is listed, beside what the sources say of themselves.
package struct SearchHelp: Hashable, Sendable {
    /// A command, whole, so that it can be copied into a shell.
    package struct Command: Hashable, Sendable {
        /// What to type.
        package let text: String
        /// What it shows or does.
        package let purpose: String

        /// Creates a command.
        package init(_ text: String, _ purpose: String) {
            self.text = text
            self.purpose = purpose
        }
    }

    /// What was looked for in vain, so that no source stands for it; sentences without a full stop.
    package var notes: [String]
    /// What to type instead, the most useful first.
    package var commands: [Command]

    /// Creates the help.
    package init(notes: [String] = [], commands: [Command] = []) {
        self.notes = notes
        self.commands = commands
    }
}

extension SearchHelp {
    /// The commands with their purposes, in two columns where both fit, else one below the other.
    func lines(width: Int, glyphs: GlyphSet) -> [[StyledText]] {
        let indent = "  "
        let widest = commands.map { $0.text.columns(in: glyphs) }.max() ?? 0
        let longest = commands.map { $0.purpose.columns(in: glyphs) }.max() ?? 0
        guard indent.utf8.count + widest + 2 + longest > width else {
            return commands.map { command in
                let gap = widest - command.text.columns(in: glyphs) + 2
                return [
                    StyledText(indent), StyledText(command.text, .key),
                    StyledText(String(repeating: " ", count: gap) + command.purpose, .faint),
                ]
            }
        }
        // A command is never cut: half of one would be typed as it stands.
        return commands.map { [StyledText(indent), StyledText($0.text, .key)] }
    }
}
