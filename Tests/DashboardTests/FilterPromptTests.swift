import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("typing a filter")
struct FilterPromptTests {
    private func prompt(_ driver: Driver) -> FilterPrompt? { driver.model.prompt as? FilterPrompt }

    private func line(_ driver: Driver) -> String {
        driver.render().line(driver.model.shared.size.rows - 2).map(\.text).joined()
    }

    @Test("the number of guests that match is seen while it is typed, and what is missing")
    func live() {
        var driver = Driver()
        driver.press("fweb")
        #expect(line(driver).contains("filter: web  2 of 53"))
        driver.press(" wait>")
        #expect(line(driver).contains("at 10: expected a number"))
        driver.press("0")
        #expect(line(driver).contains("2 of 53"))
        driver.press("<bs><ret>")
        #expect(prompt(driver)?.error?.column == 10)
        driver.press("1<ret>")
        #expect(driver.model.prompt == nil)
    }

    @Test(
        "Tab completes a word as far as only one can be meant, and says which there are",
        arguments: [
            ("wa", "wait", "= != < <= > >="), ("web WA", "web wait", ""), ("(wa", "(wait", ""),
            ("contr", "contradicted ", ""), ("mar", "marked ", ""), ("o", "o", "online offline or"),
            ("pl", "plugged", ""), ("p", "p", "problem pinned plugged"),
            ("problem", "problem", "= !="),
            ("agent=sil", "agent=silent ", ""), ("agent!=unr", "agent!=unresponsive ", ""),
            ("state=s", "state=s", "suspended shutdown"), ("host=l", "host=localhost ", ""),
            ("state=", "state=", "running paused suspended shutdown crashed unknown gone"),
            ("source=q", "source=qemu:///system ", ""), ("zzz", "zzz", "no word begins like this"),
            ("name=w", "name=w", "no word begins like this"),
            ("\"wa", "\"wa", "no word begins like this"),
        ])
    func completion(typed: String, expected: String, hint: String) {
        var driver = Driver()
        driver.press("f\(typed)<tab>")
        #expect(prompt(driver)?.text == expected)
        if !hint.isEmpty { #expect(prompt(driver)?.hint == hint) }
    }

    @Test("what a source is called is only completed where it can be typed as it is")
    func hostileSources() {
        let names = ["a\u{1B}[2J", "a b", "a\u{202E}c", "a'"].map { SourceID.other($0) }
        let completion = FilterCompletion(of: "source=", sources: names + [.other("plain")])
        #expect(completion.text == "source=plain ")
        #expect(FilterCompletion(of: "host=a", sources: names).text == "host=a")
    }

    @Test("the arrows bring back filters that were applied, and what was typed")
    func history() {
        var driver = Driver()
        driver.press("fweb<ret>f<bs><bs><bs>db<ret>f<bs><bs>web<ret><esc>")
        // None is there twice, and one that was given up is not there.
        driver.press("fzzz<esc>fli<up>")
        #expect(prompt(driver)?.text == "web")
        #expect(driver.model.shared.roster.rows.count == 2)
        driver.press("<up>")
        #expect(prompt(driver)?.text == "db")
        driver.press("<up>")
        #expect(prompt(driver)?.hint == "no older filter")
        driver.press("<down><down>")
        #expect(prompt(driver)?.text == "li")
        driver.press("<down>")
        #expect(prompt(driver)?.hint == "no newer filter")
        // What is brought back can be changed.
        driver.press("<up> 03")
        #expect(driver.model.shared.roster.rows.map(\.name) == ["web-03"])
        driver.press("<esc>")
        #expect(driver.model.shared.roster.rows.count == 53)
    }

    @Test("these keys do nothing in other prompts, and say why")
    func others() {
        var driver = Driver()
        for (open, key, label) in [
            ("/", "<tab>", "Tab"), (":", "<up>", "up"), ("=", "<down>", "down"),
        ] {
            driver.press(open)
            driver.press(key)
            #expect(driver.model.shared.notice?.text == "\(label): only in a filter")
            #expect(driver.model.prompt?.text.isEmpty == true)
            driver.press("<esc>")
        }
    }

    @Test("marked lists what is marked when it is typed, and rows stay while marks are there")
    func marked() {
        var driver = Driver()
        func names() -> [String] { driver.model.shared.roster.rows.map(\.name) }
        for name in ["web-04", "hpc-1"] {
            driver.go(to: name, 1)
            driver.press(" ")
        }
        driver.press("fmarked<ret>")
        #expect(names() == ["web-04", "hpc-1"])
        // A row does not go away under the cursor.
        driver.press("u")
        #expect(driver.model.shared.marks.byGuest.count == 1)
        driver.snapshot()
        #expect(names() == ["web-04", "hpc-1"])
        driver.press("f<bs><bs><bs><bs><bs><bs>marked<ret>")
        #expect(names().count == 1)
        driver.press("U")
        driver.snapshot()
        #expect(names().isEmpty)
        driver.press("f<bs><bs><bs><bs><bs><bs>not marked<ret>")
        #expect(names().count == 53)
    }
}
