internal import Configuration
internal import Dashboard

extension Manual {
    /// The page of the configuration files, vcputop-config(5).
    static func configurationLines() -> [String] {
        var page = Roff()
        page.macro("TH", "VCPUTOP-CONFIG", "5", Release.date, Vcputop.release)
        page.macro("nh")
        page.macro("ad", "l")
        page.macro("SH", "NAME")
        page.formatted("vcputop\\-config \\- configuration files of vcputop")
        page.macro("SH", "DESCRIPTION")
        page.text(
            """
            Two files in YAML are read where they are there: /etc/vcputop/config.yaml, and over it \
            $XDG_CONFIG_HOME/vcputop/config.yaml (~/.config where that is not set). With --config \
            FILE it is that file alone. The later file wins for each key, and the command line \
            over all; lists are replaced, and sources of the command line replace those of a \
            file. Root does not follow XDG_CONFIG_HOME or HOME into a folder that another user \
            owns, as sudo can leave them: /root is in their place.

            'vcputop config' prints what is in force, as such a file, with the file and line or \
            the option that each value came from. In the dashboard W saves columns, order, filter, \
            interval and mouse, as far as they were changed there, in the user's file or in that of \
            --config; comments stay.

            An unknown key, or a value that the key cannot have, ends every command with status 78 \
            and with FILE:LINE:, and the nearest key or what is allowed. So does a file that cannot \
            be read.

            Mappings, lists and texts of one line are understood, indented with blanks or in \
            brackets and braces; anchors, aliases, tags and tabs are refused. A file has at most \
            256 KiB.
            """)
        page.macro("SH", "KEYS")
        for key in SettingKey.allCases { page.item(Roff.bold(key.rawValue), words(of: key)) }
        page.macro("SH", "FILES")
        page.item(Roff.bold("/etc/vcputop/config.yaml"), "The system's file.")
        page.item(
            Roff.bold("$XDG_CONFIG_HOME/vcputop/config.yaml"),
            "The user's file, in ~/.config where the variable is not set.")
        page.macro("SH", "EXAMPLES")
        page.text("A file with every key:")
        page.literal(example)
        seeAlso([("vcputop", 1)], on: &page)
        return page.lines
    }

    /// A file with every key, each with its standard value or another one.
    static let example = [
        "sources:",
        "  - { connect: qemu:///system }",
        "  - { agent: /run/qemu/web1.agent, name: web1, qmp: /run/qemu/web1.qmp }",
        "interval: 2",
        "timeout: 5",
        "theme: light",
        "ascii: false",
        "mouse: true",
        "read-only: false",
        "columns: [online, wait, use]",
        "sort: wait",
        "filter: not problem",
        "journal: true",
        "confirm: { share: 0.25, guests: 2 }",
    ]

    /// What a key means and can be.
    private static func words(of key: SettingKey) -> String {
        let allowed: String? =
            switch key {
            case .interval, .timeout: "It is \(Seconds.words)."
            case .theme: "It is \(OptionValue.words(of: "--theme"))."
            case .columns: "A list of these: \(StartView.columnNames.joined(separator: ", "))."
            case .sort: "It is \(OptionValue.words(of: "--sort"))."
            case .filter: "FILTER in vcputop(1) has the language."
            case .sources, .ascii, .mouse, .readOnly, .journal, .confirm: nil
            }
        let standard = Settings.standard.text(of: key).map { "The default is \($0)." }
        return [key.help, allowed, standard].compactMap { $0 }.joined(separator: " ")
    }
}

extension Settings {
    /// The value of a key as a word; nil where it is more than that, or nothing.
    fileprivate func text(of key: SettingKey) -> String? {
        switch key {
        case .interval: "\(Seconds(value: interval.value))"
        case .timeout: "\(Seconds(value: timeout.value))"
        case .theme: theme.value
        case .ascii: "\(ascii.value)"
        case .mouse: "\(mouse.value)"
        case .readOnly: "\(readOnly.value)"
        case .columns: columns.value == nil ? "auto" : nil
        case .sort: sort.value ?? "auto"
        case .journal: journal.value == .standard ? "true" : nil
        case .confirm: "a share of \(confirmShare.value) and \(confirmGuests.value) guests"
        case .sources, .filter: nil
        }
    }
}
