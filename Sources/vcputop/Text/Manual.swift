internal import Dashboard
internal import GuestVCPU

/// The man page: made of the command line's own help, of the key table and of the tables of
/// outcomes and conditions, so that it says what they say.
enum Manual {
    static func lines() throws -> [String] {
        let program = try CommandHelp.whole()
        let commands = (program.subcommands ?? [])
            .filter { $0.shouldDisplay && $0.commandName != "help" }
        var page = Roff()
        page.macro("TH", "VCPUTOP", "1", Release.date, Vcputop.release)
        // Options are not to be hyphenated, nor pulled apart.
        page.macro("nh")
        page.macro("ad", "l")
        page.macro("SH", "NAME")
        page.formatted("vcputop \\- \(Roff.escaped(program.abstract?.asClause ?? ""))")
        synopsis(of: commands, on: &page)
        page.macro("SH", "DESCRIPTION")
        page.text(
            """
            A live grid of the vCPUs of virtual machines as each guest itself sees them (online, \
            offline, not offlinable), beside the CPU time that each consumes on the host. Cells \
            are marked and reviewed, and the marks of a guest are sent as one change through the \
            QEMU guest agent.
            """)
        page.macro("PP")
        page.text(program.discussion?.beforeExitStatus ?? "")
        describe(commands, on: &page)
        sources(on: &page)
        changes(on: &page)
        keys(on: &page)
        signs(on: &page)
        columns(on: &page)
        filter(on: &page)
        outcomes(on: &page)
        signals(on: &page)
        conditions(on: &page)
        json(on: &page)
        formats(on: &page)
        files(on: &page)
        environment(on: &page)
        completions(on: &page)
        examples(on: &page)
        seeAlso([("vcputop-config", 5), ("virsh", 1), ("qm", 1), ("qemu-ga", 8)], on: &page)
        return page.lines
    }

    /// References to other pages.
    static func seeAlso(_ pages: [(name: String, section: Int)], on page: inout Roff) {
        page.macro("SH", "SEE ALSO")
        page.formatted(
            pages.map { "\(Roff.bold($0.name))(\($0.section))" }.joined(separator: ", "))
    }

    private static func synopsis(of commands: [CommandHelp], on page: inout Roff) {
        page.macro("SH", "SYNOPSIS")
        for command in commands {
            page.macro("HP")
            let bold = Roff.bold(command.commandName)
            let name = command.commandName == Vcputop.standardCommand ? "[\(bold)]" : bold
            let arguments = command.shown.map { argument in
                let term = term(of: argument, spelling: argument.spellings.last ?? "")
                let whole = argument.isOptional ? "[\(term)]" : term
                return argument.isRepeating ? "\(whole)..." : whole
            }
            page.formatted(([Roff.bold("vcputop"), name] + arguments).joined(separator: " "))
        }
    }

    private static func describe(_ commands: [CommandHelp], on page: inout Roff) {
        page.macro("SH", "COMMANDS AND OPTIONS")
        var described: Set<String> = []
        for command in commands {
            page.macro("SS", "vcputop \(command.commandName)")
            page.text(command.abstract ?? "")
            if let discussion = command.discussion {
                page.macro("PP")
                page.text(discussion)
            }
            var again: [String] = []
            let arguments = command.shown
            for argument in arguments where argument.opposite == nil {
                let opposite = arguments.first { $0.opposite == argument.spellings.first }
                let spellings = argument.spellings + (opposite?.spellings ?? [])
                let name = spellings.joined(separator: ", ")
                let meaning = argument.meaning
                // The same words under the same name are printed once.
                guard described.insert("\(name): \(meaning)").inserted else {
                    again.append(Roff.bold(name))
                    continue
                }
                let terms = spellings.map { term(of: argument, spelling: $0) }
                page.item(terms.joined(separator: ", "), meaning)
            }
            guard !again.isEmpty else { continue }
            page.macro("PP")
            page.formatted("Also, as above: \(again.joined(separator: ", ")).")
        }
    }

    private static func term(of argument: CommandHelp.Argument, spelling: String) -> String {
        if argument.kind == "positional" { return Roff.italic(spelling) }
        return Roff.bold(spelling) + (argument.value.map { "\\ \(Roff.italic($0))" } ?? "")
    }

    private static func keys(on page: inout Roff) {
        page.macro("SH", "KEYS")
        for section in KeySection.all {
            page.macro("SS", section.title)
            for key in section.keys { page.item(Roff.bold(key.label), key.help) }
        }
        page.macro("SS", "From the terminal")
        for key in KeySection.terminal { page.item(Roff.bold(key.label), key.help) }
    }

    private static func signs(on page: inout Roff) {
        page.macro("SH", "SIGNS")
        for sign in SignHelp.ascii { page.item(Roff.bold(sign.label), sign.text) }
    }

    private static func columns(on page: inout Roff) {
        page.macro("SH", "COLUMNS")
        for entry in ColumnHelp.all { page.item(Roff.bold(entry.label), entry.text) }
    }

    private static func filter(on page: inout Roff) {
        page.macro("SH", "FILTER")
        page.text(
            "The language of the dashboard's filter (f), of list --filter and of set --filter:")
        for entry in FilterHelp.all { page.item(Roff.bold(entry.label), entry.text) }
    }

    private static func outcomes(on page: inout Roff) {
        page.macro("SH", "EXIT STATUS")
        page.text("Of a change, by its outcome; of several, the highest:")
        for outcome in Outcome.allCases {
            page.item(
                "\(Roff.bold("\(outcome.exitStatus)")) \(Roff.italic(outcome.rawValue))",
                outcome.summary)
        }
        page.macro("PP")
        page.text("Of list:")
        page.item(
            Roff.bold("0"),
            "every source answered, and every named guest is there, whatever its agent does")
        page.item(
            Roff.bold("2"),
            "a source could not be reached, or a named guest is not there; the others "
                + "are listed")
        doctorStatus(on: &page)
        page.macro("PP")
        page.text("Of every command:")
        page.item(Roff.bold("64"), "the command line is wrong; nothing was sent")
        page.item(Roff.bold("69"), "the terminal cannot show the dashboard")
        page.item(
            Roff.bold("73"),
            "the file of --debug-log cannot be opened; nothing was asked or changed")
        page.item(
            Roff.bold("74"),
            "output, or the file of --output, could not be written; a change keeps its own status, and its outcome goes to "
                + "the other stream")
        page.item(
            Roff.bold("78"),
            "a configuration file cannot be read, or something in it is wrong; nothing was asked "
                + "or changed")
        page.item(
            "\(Roff.bold("128"))+\(Roff.italic("n"))",
            "ended by signal n; see SIGNALS")
    }

    private static func signals(on page: inout Roff) {
        page.macro("SH", "SIGNALS")
        page.text(
            """
            Interrupted by INT (Ctrl-C), TERM, HUP or QUIT before anything was sent, a change \
            sends nothing. After that it is finished or undone first, and a line says so. The \
            exit status is 128 plus the number of the first signal. Of several guests, those that \
            were not begun are left, and a line says which.
            """)
        page.macro("PP")
        page.text(
            """
            What comes within a second of the first signal belongs to the same act, since closing \
            a terminal, timeout(1) and systemd deliver several. HUP never counts as a second. An \
            INT or TERM after that ends the program on the spot. A signal that the parent process \
            ignored, as under nohup(1), stays ignored.
            """)
        page.macro("PP")
        page.text(
            """
            Ctrl-Z stops list and the dashboard once they hold no agent's socket, about a second \
            later at most; a change under way ends first. A change by set does not stop for it.
            """)
    }

    private static func conditions(on page: inout Roff) {
        page.macro("SH", "CONDITIONS OF AN AGENT")
        page.item(Roff.bold("ok"), "the agent was read")
        for kind in AgentError.Kind.allCases {
            page.item(Roff.bold(kind.rawValue), kind.summary)
        }
    }

    private static func environment(on page: inout Roff) {
        page.macro("SH", "ENVIRONMENT")
        page.item(
            Roff.bold("TERM"),
            "The kind of the terminal. Its description (terminfo) says how many colours there are "
                + "and which attributes go with them. On the Linux console, whose fonts have no "
                + "bars, ASCII alone is drawn.")
        page.item(Roff.bold("NO_COLOR"), "Where set and not empty, no colours are used.")
        page.item(
            "\(Roff.bold("LC_ALL")), \(Roff.bold("LC_CTYPE")), \(Roff.bold("LANG"))",
            "Where the locale's characters are not UTF-8, ASCII alone is drawn.")
        page.item(
            Roff.bold("LIBVIRT_DEFAULT_URI"), "The connection where no source is named.")
        page.item(
            "\(Roff.bold("XDG_CONFIG_HOME")), \(Roff.bold("XDG_STATE_HOME"))",
            "The folders of FILES. Root follows neither these nor HOME into a folder that another "
                + "user owns, as sudo can leave them: HOME or /root is in their place.")
        page.item(
            Roff.bold("XDG_RUNTIME_DIR"),
            "The folder of what all vcputops of a user share while they run.")
    }
}

extension CommandHelp {
    /// The options that the page describes: those that every program has are left out.
    fileprivate var shown: [Argument] {
        (arguments ?? []).filter { argument in
            let names = (argument.names ?? []).map(\.name)
            return argument.shouldDisplay && !names.contains("help") && !names.contains("version")
        }
    }
}

extension CommandHelp.Argument {
    /// What it means, what it can be, and what it is where it is not given.
    fileprivate var meaning: String {
        var text = abstract ?? ""
        if let values = allValues, !values.isEmpty {
            text += " One of \(values.joined(separator: ", "))."
        }
        if let standard = defaultValue { text += " The default is \(standard)." }
        return text
    }
}

extension String {
    /// Without the capital and the full stop of a sentence.
    fileprivate var asClause: String {
        let clause = prefix(1).lowercased() + dropFirst()
        return clause.hasSuffix(".") ? String(clause.dropLast()) : clause
    }

    /// What stands before the paragraph about exit statuses, of which the page has a table.
    fileprivate var beforeExitStatus: String {
        String(split(separator: "\n\nExit status:", maxSplits: 1).first ?? "")
    }
}
