internal import ArgumentParser

/// The program's own help, with the options of the dashboard: it is what runs when no command is
/// named, and ArgumentParser leaves them out.
enum RootHelp {
    /// The lines of a help that ArgumentParser made.
    ///
    /// - Returns: The same lines, with the dashboard's options where it is the program's help.
    static func lines(_ text: String) -> [String] {
        let lines = text.lines
        guard let commands = lines.firstIndex(of: "SUBCOMMANDS:"),
            let options = lines.firstIndex(of: optionsHead), options < commands
        else { return lines }
        let dashboard = Vcputop.helpMessage(for: DashboardCommand.self).lines
        guard let own = dashboard.firstIndex(of: optionsHead) else { return lines }
        var completed = Array(lines[..<options])
        completed.append("OPTIONS OF THE DASHBOARD:")
        completed += dashboard[(own + 1)...].filter { !$0.isEmpty }
        completed.append("")
        return completed + lines[commands...]
    }

    private static let optionsHead = "OPTIONS:"
}

extension String {
    fileprivate var lines: [String] {
        split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
