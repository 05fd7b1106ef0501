internal import Configuration

extension Manual {
    /// The files, and the keys of a file.
    static func configuration(on page: inout Roff) {
        page.macro("SH", "CONFIGURATION")
        page.text(
            """
            Two files in YAML are read where they are there: /etc/vcputop/config.yaml, and over it \
            $XDG_CONFIG_HOME/vcputop/config.yaml (~/.config where that is not set). With --config \
            FILE it is that file alone. The later file wins for each key, and the command line \
            over all; lists are replaced, and sources of the command line replace those of a \
            file. An error in a file ends vcputop with status 78 and with the file, the line and \
            the nearest key. 'vcputop config' prints what is in force, and where it came from. In \
            the dashboard W saves columns, order, filter, interval and mouse, as far as they were \
            changed there, in the user's file or in that of --config; comments stay.
            """)
        for key in SettingKey.allCases { page.item(Roff.bold(key.rawValue), key.help) }
        page.macro("PP")
        page.text(
            """
            Mappings, lists and texts of one line are understood, indented with blanks or in \
            brackets and braces; anchors, aliases and tags are not. A file has at most 256 KiB. An \
            example:
            """)
        page.literal([
            "sources:",
            "  - { connect: qemu:///system }",
            "  - { agent: /run/qemu/web1.agent, name: web1, qmp: /run/qemu/web1.qmp }",
            "interval: 2",
            "columns: [online, wait, use]",
            "sort: wait",
            "confirm: { share: 0.25, guests: 2 }",
        ])
    }
}
