import Testing

@testable import Configuration

private let words = SettingVocabulary(
    themes: ["default", "light"], columns: ["name", "online", "wait"],
    sortProblem: { $0 == "wait" ? nil : "no order '\($0)'" },
    filterProblem: { $0.contains("bad") ? "no field 'bad'" : nil })

private func problems(_ text: String) -> [String] {
    var settings = Settings(theme: "default")
    let before = settings
    let found = SettingsReader.read(
        Array(text.utf8), path: "/c", words: words, into: &settings)
    #expect(found.isEmpty || settings == before)
    return found.map { "\($0.line): \($0.message)" }
}

private func settings(_ texts: String...) -> Settings {
    var settings = Settings(theme: "default")
    for (place, text) in texts.enumerated() {
        let found = SettingsReader.read(
            Array(text.utf8), path: "/\(place)", words: words, into: &settings)
        #expect(found.isEmpty)
    }
    return settings
}

private let everything = """
    # Everything.
    sources:
      - { connect: qemu:///system }
      - agent: /run/a.sock   # the agent
        name: web1
        qmp: '/run/a.qmp'
    interval: 2.5
    timeout: 9
    theme: light
    ascii: true
    mouse: true
    read-only: true
    columns: [online,
      wait]
    sort: wait
    filter: "state=running offline>0"
    journal: /var/log/vcputop
    confirm:
      share: 0.25
      guests: 9

    """

@Suite("The settings of configuration files")
struct SettingsTests {
    @Test("every key has its value and its line")
    func all() {
        let read = settings(everything)
        func at(_ line: Int) -> SettingOrigin { .file("/0", line: line) }
        #expect(
            read.sources
                == Setting(
                    [
                        .connect("qemu:///system"),
                        .agent("/run/a.sock", name: "web1", qmp: "/run/a.qmp"),
                    ], at(2)))
        #expect(read.interval == Setting(2.5, at(7)))
        #expect(read.timeout == Setting(9, at(8)))
        #expect(read.theme == Setting("light", at(9)))
        #expect(read.ascii == Setting(true, at(10)))
        #expect(read.mouse == Setting(true, at(11)))
        #expect(read.readOnly == Setting(true, at(12)))
        #expect(read.columns == Setting(["online", "wait"], at(13)))
        #expect(read.sort == Setting("wait", at(15)))
        #expect(read.filter == Setting("state=running offline>0", at(16)))
        #expect(read.journal == Setting(.folder("/var/log/vcputop"), at(17)))
        #expect(read.confirmShare == Setting(0.25, at(19)))
        #expect(read.confirmGuests == Setting(9, at(20)))
    }

    @Test("the later file wins, key by key, and lists are replaced")
    func layers() {
        let read = settings(
            everything,
            """
            sources: [{ connect: test:///default }]
            columns: auto
            sort: auto
            filter: ""
            journal: false
            confirm: { guests: 1 }
            """)
        #expect(read.sources == Setting([.connect("test:///default")], .file("/1", line: 1)))
        #expect(read.columns == Setting(nil, .file("/1", line: 2)))
        #expect(read.sort == Setting(nil, .file("/1", line: 3)))
        #expect(read.filter == Setting("", .file("/1", line: 4)))
        #expect(read.journal == Setting(.off, .file("/1", line: 5)))
        #expect(read.confirmShare == Setting(0.25, .file("/0", line: 19)))
        #expect(read.confirmGuests == Setting(1, .file("/1", line: 6)))
        #expect(read.timeout == Setting(9, .file("/0", line: 8)))
    }

    @Test("the command line wins over the files, where it says something")
    func commandLine() {
        var read = settings(everything)
        read.timeout.override(with: 3, option: "--timeout")
        read.interval.override(with: nil, option: "--interval")
        #expect(read.timeout == Setting(3, .commandLine("--timeout")))
        #expect(read.interval == Setting(2.5, .file("/0", line: 7)))
    }

    @Test(
        "what is printed is a configuration of the same values",
        arguments: [
            "", everything, "sources:\n- agent: \"/run/\\\"x # y\"\n  name: '{a: b'\n",
            "filter: 'name~\"a b\" # \\ \u{e9}'\njournal: false\ncolumns: []\n",
            "filter: \"\\x01\\x7f\\x9b\\n\\t\\u202e\\U000e0001\\U0001f600\"\n",
        ])
    func printed(_ text: String) {
        let read = settings(text)
        // A terminal obeys some characters that cannot be seen.
        #expect(read.lines.joined().unicodeScalars.allSatisfy { $0.isYAMLText })
        let again = settings(read.lines.joined(separator: "\n"))
        #expect(again.values == read.values)
        #expect(read.lines.filter { $0.contains("  # ") }.count >= 12)
    }

    @Test("what is in force where nothing is configured")
    func standard() {
        #expect(
            settings("").lines == [
                "sources: []       # default", "interval: 1       # default",
                "timeout: 5        # default", "theme: default    # default",
                "ascii: false      # default", "mouse: false      # default",
                "read-only: false  # default", "columns: auto     # default",
                "sort: auto        # default", "filter: \"\"        # default",
                "journal: true     # default", "confirm:", "  share: 0.5      # default",
                "  guests: 4       # default",
            ])
        // Values of up to 40 characters place the comments of all.
        for (length, gap) in [(30, 30), (31, 6)] {
            let lines = settings("filter: \(String(repeating: "f", count: length))").lines
            #expect(
                lines.contains("  share: 0.5" + String(repeating: " ", count: gap) + "# default"))
        }
    }

    @Test("each value is printed with where it came from")
    func origins() {
        var read = settings("timeout: 9\n")
        read.interval.override(with: 2, option: "--interval")
        let lines = read.lines.map { $0.split(separator: " ").joined(separator: " ") }
        #expect(lines.contains("timeout: 9 # /0:1"))
        #expect(lines.contains("interval: 2 # command line (--interval)"))
        #expect(lines.contains("theme: default # default"))
    }

    @Test(
        "a wrong key or value is refused with its line and with what is right",
        arguments: [
            ("intervall: 2", "1: no key 'intervall'; did you mean 'interval'?"),
            ("\n\nzzzzzz: 2", "3: no key 'zzzzzz'; there are sources, interval, "),
            ("interval: 0", "1: 'interval' takes a number of seconds, 0.1 to 3600, and not '0'"),
            ("interval: 2s", "1: 'interval' takes a number of seconds"),
            ("interval: '2'", "and not the text \"2\""),
            ("interval: nan", "1: 'interval' takes a number"),
            ("interval: 0x10", "1: 'interval' takes a number"),
            ("interval: 1e3", "1: 'interval' takes a number"),
            ("timeout:", "1: 'timeout' takes a number of seconds, 0.1 to 3600, and not nothing"),
            ("timeout: [1]", "and not a list"),
            ("timeout: {a: 1}", "and not a mapping"),
            ("theme: lihgt", "1: 'theme' takes one of default, light, and not 'lihgt'; did"),
            ("ascii: yes", "1: 'ascii' takes true or false, and not 'yes'"),
            ("mouse: 'true'", "1: 'mouse' takes true or false, and not the text \"true\""),
            ("columns: wait", "1: 'columns' takes a list of columns, or auto, and not 'wait'"),
            ("columns:\n- wait\n- wiat", "3: 'columns' takes one of name, online, wait, and not"),
            ("columns:\n-\n- wait", "2: 'columns' takes one of name, online, wait, and"),
            ("columns: [wait, wait]", "1: column 'wait' is given twice"),
            ("columns: [wait, -wait]", "1: column 'wait' is given twice"),
            ("columns: [-wait, wait]", "1: column 'wait' is given twice"),
            ("sort:", "1: 'sort' takes an order, or auto, and not nothing"),
            ("interval: 1.", "1: 'interval' takes a number"),
            ("interval: .5", "1: 'interval' takes a number"),
            ("interval: 1.2.3", "1: 'interval' takes a number"),
            ("sort: weight", "1: no order 'weight'"), ("filter: bad", "1: no field 'bad'"),
            ("filter:", "1: 'filter' takes a filter"),
            ("journal: ./x", "1: 'journal' takes true, false, or the absolute path of a folder"),
            ("confirm: 3", "1: 'confirm' takes 'share' and 'guests', and not '3'"),
            ("confirm: {shar: 1}", "1: no key 'shar' of confirm; did you mean 'share'?"),
            ("confirm: {guest: 1}", "1: no key 'guest' of confirm; did you mean 'guests'?"),
            ("confirm:\n  share: 2", "2: 'share' takes a number, 0 to 1, and not '2'"),
            ("confirm: {guests: 1.5}", "1: 'guests' takes a whole number, and not '1.5'"),
            ("sources: qemu:///system", "1: 'sources' takes a list of { connect: URI }"),
            ("sources: [x]", "1: a source is { connect: URI }"),
            ("sources:\n- name: x", "2: a source needs 'connect' or 'agent'"),
            ("sources: [{connect: a, agent: /b}]", "1: a source has either"),
            ("sources: [{connect: a, qmp: /b}]", "1: 'qmp' belongs to 'agent'"),
            ("sources: [{connect: a, name: b}]", "1: 'name' belongs to 'agent'"),
            ("sources: [{agent: /b, name: \"\"}]", "1: 'name' takes a guest's name, and not"),
            (
                "sources:\n- {agent: /a, name: c}\n- {agent: /b, name: c}",
                "3: 'name' is 'c', as in line 2 already"
            ),
            ("sources: [{agent: /b}]", "1: an agent needs the 'name' of its guest"),
            ("sources: [{agent: b, name: c}]", "1: 'agent' takes the absolute path of a socket"),
            ("sources: [{agnet: /b, name: c}]", "1: no key 'agnet' of a source; did"),
            ("sources: [{connect: \"\"}]", "1: 'connect' takes a URI, and not the text \"\""),
            ("sources: [{connect: \"a\\nb\"}]", "1: 'connect' takes a URI"),
            ("sources:\n- connect: a\n- connect: a", "3: 'connect' is 'a', as in line 2 already"),
            ("sources: [{agent: /b, name: c, qmp: /b}]", "1: 'qmp' is '/b', as in line 1"),
            ("just text", "1: the file is not a mapping"), ("- a", "1: the file is not a mapping"),
        ] as [(String, String)])
    func refused(_ text: String, _ expected: String) {
        let found = problems(text)
        #expect(found.first?.contains(expected) ?? false, "\(found)")
    }

    @Test("a connection and a guest can have one name")
    func sameNames() {
        let read = settings("sources: [{connect: a}, {agent: /a, name: a}]")
        #expect(read.sources.value == [.connect("a"), .agent("/a", name: "a", qmp: nil)])
    }

    @Test("all that is wrong is reported, in the order of the lines")
    func many() {
        #expect(
            problems("bogus: 1\ntimeout: x\nascii: 2\n").map { String($0.prefix(2)) }
                == ["1:", "2:", "3:"])
    }
}

extension Settings {
    /// The settings without where they came from.
    fileprivate var values: Settings {
        var values = self
        values.interval.origin = .standard
        values.timeout.origin = .standard
        values.sources.origin = .standard
        values.theme.origin = .standard
        values.ascii.origin = .standard
        values.mouse.origin = .standard
        values.readOnly.origin = .standard
        values.columns.origin = .standard
        values.sort.origin = .standard
        values.filter.origin = .standard
        values.journal.origin = .standard
        values.confirmShare.origin = .standard
        values.confirmGuests.origin = .standard
        return values
    }
}
