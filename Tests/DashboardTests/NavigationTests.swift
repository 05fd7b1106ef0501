import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("moving, finding, and control")
struct NavigationTests {
    private func place(_ driver: Driver) -> String {
        "\(driver.model.shared.cursor.guest?.name ?? "-") \(driver.model.shared.currentVCPU ?? -1)"
    }

    @Test(
        "keys move the cursor",
        arguments: [
            ("", "web-03 0"), ("<left>", "web-03 0"), ("<right>l", "web-03 2"),
            ("<down>j", "db-01 0"), ("<down><up><up>", "web-03 0"), ("<end>", "web-03 7"),
            ("<end><end>", "app-39.prod 23"), ("<end><home>", "web-03 0"),
            ("<down><home><home>", "web-03 0"), ("<end><down><down><right>", "db-01 8"),
            ("<end><down><down><down><down>", "win-ts-01 7"), ("<pgdn><pgup>", "web-03 0"),
            ("/hpc<ret>", "hpc-1 0"), ("/app<ret>n", "app-1.prod 0"), ("/hpc<esc>", "web-03 0"),
            ("/zzz<ret>", "web-03 0"), ("/wx<bs>eb-04<ret>", "web-04 0"),
            ("/sparse<ret><right><right><right>", "sparse-ids 9"),
            ("<right>G", "app-39.prod 1"), ("<right>Gg", "web-03 1"), ("G", "app-39.prod 0"),
            ("/app-1<ret>nN", "app-1.prod 0"), ("/web<ret>nnNN", "web-03 0"),
            ("/app<ret>gN", "app-39.prod 0"), ("<ret>G", "web-03 7"), ("<ret>Gg", "web-03 0"),
            ("/hpc<ret><ret>G", "hpc-1 511"), ("/sparse<ret><end>", "sparse-ids 17"),
            ("/APP-2<ret>", "app-2.prod 0"),
        ])
    func movement(keys: String, expected: String) {
        var driver = Driver()
        driver.press(keys)
        #expect(place(driver) == expected)
    }

    @Test("in a matrix the arrows move by lines, in a table by vCPUs")
    func detail() {
        var driver = Driver()
        driver.press("/hpc<ret><ret>")
        #expect(driver.model.detail?.isMatrix == true)
        driver.press("<down><down><right>")
        #expect(place(driver) == "hpc-1 129")
        driver.press("<up><tab><down>")
        #expect(place(driver) == "hpc-1 66")
        driver.press("<esc>")
        #expect(driver.model.detail == nil)
    }

    @Test("Esc goes back step by step and never ends the program")
    func escape() {
        var driver = Driver()
        driver.press("<ret>?<esc><esc><esc><esc><esc>")
        #expect(driver.effects.allSatisfy { $0 != .quit })
        #expect(driver.model.detail == nil && driver.model.dialogs.isEmpty)
    }

    @Test("F1 shows the help, and F10 quits or asks first, as q does")
    func functionKeys() {
        var driver = Driver()
        driver.press("<f1>")
        #expect(driver.model.page is HelpPage)
        driver.press("G")
        #expect((driver.model.page?.position.first ?? 0) > 20)
        driver.press("g")
        #expect(driver.model.page?.position.first == 0)
        driver.press("<esc><right> ")
        driver.press("<f10>")
        #expect(driver.model.dialogs.last is LeaveQuestion && driver.effects.isEmpty)
        driver.press("<esc>u")
        driver.press("<f10>")
        #expect(driver.effects == [.quit])
    }

    @Test("N finds backwards in a page")
    func findBackwards() {
        var driver = Driver()
        driver.press("?/guest<ret>")
        let first = driver.model.page?.position.found.line
        driver.press("nn")
        #expect(driver.model.page?.position.found.line != first)
        driver.press("NN")
        #expect(driver.model.page?.position.found.line == first)
        driver.press("N")
        let last = driver.model.page?.position.found.line ?? 0
        #expect(last > first ?? 0, "it goes on from the end")
        driver.press("n")
        #expect(driver.model.page?.position.found.line == first)
    }

    @Test("the guests on the screen are named when they change, those marked among them")
    func visible() {
        var driver = Driver()
        #expect(driver.model.announced.visible.count == 19)
        driver.press("<down>")
        #expect(driver.effects.isEmpty)
        driver.press(" <pgdn><pgdn>")
        #expect(driver.model.announced.visible.contains(SampleFleet.id("web-04")) == false)
        driver.go(to: "web-04", 3)
        driver.press(" <pgdn><pgdn>")
        #expect(driver.model.announced.visible.last == SampleFleet.id("web-04"))
        driver.press("<ret>")
        #expect(driver.model.announced.visible.count == 2)
    }

    @Test(
        "s and a letter order the guests, the same again or S the other way round",
        arguments: [
            ("", "web-03", "app-39.prod"), ("S", "app-39.prod", "web-03"),
            ("sn", "app-0.prod", "データベース-東京"), ("snS", "データベース-東京", "app-0.prod"),
            ("snsn", "データベース-東京", "app-0.prod"), ("snsnsn", "app-0.prod", "データベース-東京"),
            ("s<down><ret>", "app-0.prod", "データベース-東京"),
            ("sn<down>s<ret>", "データベース-東京", "app-0.prod"),
            ("s<up><up><end><ret>", "build-long-name-fedora-40.example.org", "app-39.prod"),
            ("sa", "legacy-rhel5", "build-long-name-fedora-40.example.org"),
            ("se", "build-long-name-fedora-40.example.org", "legacy-rhel5"),
            ("so", "hpc-1", "legacy-rhel5"), ("sv", "hpc-1", "legacy-rhel5"),
            ("svS", "שרת-אינטרנט", "legacy-rhel5"), ("sc", "hpc-1", "app-8.prod"),
            ("sf", "ci-runner-007", "legacy-rhel5"),
            ("s!", "build-long-name-fedora-40.example.org", "app-39.prod"),
            ("sfsl", "web-03", "app-39.prod"), ("sn s<esc>", "app-0.prod", "データベース-東京"),
        ])
    func order(keys: String, first: String, last: String) {
        var driver = Driver()
        driver.press(keys)
        #expect(driver.model.shared.roster.rows.first?.name == first)
        #expect(driver.model.shared.roster.rows.last?.name == last)
        // The next snapshot is put in the same order.
        let rows = driver.model.shared.roster.rows
        driver.snapshot()
        #expect(driver.model.shared.roster.rows == rows)
    }

    @Test("p, [ and ] control the reading")
    func control() {
        var driver = Driver()
        driver.press("p[]]p")
        #expect(
            driver.effects == [
                .setPaused(true), .setInterval(.milliseconds(500)), .setInterval(.seconds(1)),
                .setInterval(.seconds(2)), .setPaused(false),
            ])
        driver.press("]]]]]]]]")
        #expect(driver.effects.last == .setInterval(.seconds(60)))
        #expect(driver.model.shared.notice?.text == "]: it cannot be longer")
    }

    @Test("a screen that is too small shows a line, and no key but q does anything")
    func tiny() {
        var driver = Driver(columns: 39, rows: 7)
        driver.press(" c<ret>")
        #expect(driver.model.shared.marks.isEmpty && driver.model.detail == nil)
        let line = driver.render().line(0).map(\.text).joined()
        #expect(line.hasPrefix("997/1028 online 53 guests"))
        driver.press("q")
        #expect(driver.effects == [.quit])
    }

    @Test("what is typed on a screen that is too small goes into no prompt")
    func tinyPrompt() {
        var driver = Driver()
        driver.press("f")
        driver.update(.resized(Size(columns: 30, rows: 5)))
        driver.press("web<bs>")
        #expect(driver.model.prompt?.text.isEmpty == true)
        #expect(driver.model.shared.roster.filter.isEmpty)
    }

    @Test("the question before quitting can be scrolled where it has no room")
    func leaving() {
        var driver = Driver(columns: 40, rows: 8)
        driver.go(to: "web-03", 7)
        driver.press(" cy<esc>")
        driver.go(to: "web-04", 7)
        driver.press(" q")
        func text() -> String {
            let canvas = driver.render()
            return (0..<8).map { canvas.line($0).map(\.text).joined() }.joined(separator: " ")
        }
        #expect(text().contains("Being changed: web-03"))
        #expect(!text().contains("quitting forgets them"))
        driver.press("<end>")
        #expect(text().contains("forgets them"))
    }

    @Test("s says what the rows are held for")
    func heldOrder() {
        var driver = Driver()
        driver.go(to: "web-03", 7)
        driver.press("vs")
        #expect(
            driver.model.shared.notice?.text == "s: the order is held while a range is open")
        driver.press("<esc> cy<esc>s")
        #expect(
            driver.model.shared.notice?.text
                == "s: the order is held until the last changes are known to be over")
    }

    @Test("every key of the table does something or says why not, in every context")
    func table() {
        for binding in KeyTable.bindings {
            #expect(!binding.help.isEmpty && !binding.contexts.isEmpty && !binding.keys.isEmpty)
            for context in binding.contexts {
                for key in binding.keys {
                    #expect(KeyTable.binding(for: key, in: context)?.help == binding.help)
                }
            }
        }
    }

    @Test("in a read-only dashboard the keys that change say so")
    func readOnly() {
        var driver = Driver(isReadOnly: true)
        driver.go(to: "web-03", 7)
        for key in [" ", "v", "+", "-", "=", "c", "u", "U", "z", "Z"] {
            driver.press(key)
            #expect(driver.model.shared.notice?.text.hasSuffix(": read-only") == true, "\(key)")
        }
        let footer = driver.render().line(23).map(\.text).joined()
        #expect(!footer.contains("mark") && footer.contains("detail"))
    }
}
