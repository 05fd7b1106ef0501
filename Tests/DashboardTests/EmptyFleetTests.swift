import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("The screen without a guest, and what a guest that is made up shows")
struct EmptyFleetTests {
    /// What `vcputop` says on a machine without libvirt and QEMU.
    static let search = SearchHelp(
        notes: ["libvirt was not asked: none of its daemons has a socket in /run/libvirt"],
        commands: [
            .init("vcputop --agent web1=/path/to/socket", "one guest, by its agent's socket"),
            .init("vcputop -c qemu:///system", "the guests of libvirt here"),
            .init("vcputop -c qemu+ssh://root@HOST/system", "the guests of another host"),
            .init("vcputop demo", "simulated guests, to look around"),
        ])

    /// A dashboard of these sources, without a guest.
    static func driver(
        columns: Int, rows: Int, glyphs: GlyphSet = .ascii, sources: [SourceState] = Self.sources
    ) -> Driver {
        var driver = Driver(
            columns: columns, rows: rows, glyphs: glyphs, fleet: SampleFleet(),
            search: Self.search)
        driver.fleet.sources = sources
        driver.snapshot()
        return driver
    }

    static let sources = [
        SourceState(
            id: .qemuProcesses, status: .ok,
            leftOut: [
                LeftOutGuest(
                    name: "db1", reason: "it has no channel for an agent (process 4711)",
                    help: "start QEMU with -chardev socket,id=qga0,path=PATH,server=on,wait=off")
            ], note: "no QEMU process with a socket for its agent was found"),
        SourceState(
            id: .libvirt(uri: "qemu+tls://node-7.example.org/system"),
            status: .failed(
                "Cannot read CA certificate '/etc/pki/CA/cacert.pem': No such file or directory")),
    ]

    private func lines(_ driver: Driver) -> [String] {
        let canvas = driver.render()
        return (0..<canvas.size.rows).map { canvas.line($0).map(\.text).joined() }
    }

    /// The words of lines, with one blank between two.
    private func words(_ lines: [String]) -> String {
        lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
    }

    @Test("what was looked for, why nothing counts and what to type are on an ordinary screen")
    func whole() {
        for (columns, rows) in [(80, 24), (160, 50)] {
            let lines = lines(Self.driver(columns: columns, rows: rows))
            let words = words(lines)
            #expect(words.contains("no guest was found (i: why, what to do)"))
            #expect(words.contains("no QEMU process with a socket for its agent was found"))
            #expect(words.contains("guest 'db1' is left out: it has no channel for an agent"))
            #expect(words.contains("cacert.pem': No such file or directory"))
            #expect(words.contains("libvirt was not asked"))
            for command in Self.search.commands {
                #expect(lines.contains { $0.contains("   \(command.text)  ") }, "\(command.text)")
                #expect(words.contains(command.purpose))
            }
        }
    }

    @Test("a small screen shows whole commands and reasons, and i shows everything")
    func small() {
        var driver = Self.driver(columns: 40, rows: 10)
        let shown = lines(driver)
        #expect(shown.contains { $0.contains("(i: why, what to do)") })
        #expect(shown.contains { $0.contains("and more: i lists all") })
        #expect(shown.contains { $0.contains("vcputop --agent web1=") })
        driver.press("i")
        let page = driver.model.pageLines(at: driver.now)
        let words = words(page)
        #expect(words.contains("cacert.pem': No such file or directory"))
        #expect(words.contains("libvirt was not asked"))
        for command in Self.search.commands {
            #expect(words.contains(command.text) && words.contains(command.purpose))
        }
        driver.press("<end><esc>")
        #expect(driver.model.page == nil)
    }

    @Test("while a source may still list a guest, nothing else is proposed")
    func looking() {
        let pending = [SourceState(id: .qemuProcesses, status: .pending)]
        let text = words(lines(Self.driver(columns: 80, rows: 24, sources: pending)))
        #expect(text.contains("looking for guests") && !text.contains("vcputop demo"))
    }

    @Test("no screen of any size cuts a command that fits, or fails")
    func sizes() {
        for columns in stride(from: 40, through: 200, by: 7) {
            for rows in 8...40 {
                let lines = lines(Self.driver(columns: columns, rows: rows))
                for line in lines where line.contains("vcputop -") {
                    let text = line.drop { $0 == " " }
                    guard columns >= 50 else { continue }
                    #expect(
                        Self.search.commands.contains { text.hasPrefix($0.text) },
                        "\(columns)x\(rows): \(text)")
                }
            }
        }
    }

    @Test("a story stands in the status line, or in the pane or detail where there is one")
    func story() throws {
        for (columns, rows) in [(80, 24), (160, 50), (100, 24)] {
            var driver = Driver(
                columns: columns, rows: rows,
                stories: [SampleFleet.id("db-01"): "CPU 3 cannot go offline"])
            #expect(!words(lines(driver)).contains("CPU 3 cannot go offline"))
            driver.go(to: "db-01")
            let shown = lines(driver).filter { $0.contains("CPU 3 cannot go offline") }
            #expect(shown.count == 1, "\(columns)x\(rows)")
            driver.press("<ret>")
            let detail = lines(driver).filter { $0.contains("CPU 3 cannot go offline") }
            #expect(detail.count == 1)
        }
    }
}
