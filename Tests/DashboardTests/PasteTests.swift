import CanvasKit
import GuestVCPU
import Testing

@testable import Dashboard

@Suite("text that is pasted never acts as keys")
struct PasteTests {
    private static let prose = "please take the quick brown cows y q: + - = c y 3 U Z"

    @Test(
        "outside a prompt it is dropped with a notice",
        arguments: ["", "<ret>", " <right> ", " c", "?", " cy", "L", "<right> q", "v"])
    func dropped(keys: String) {
        var driver = Driver()
        driver.press(keys)
        var other = driver
        let effects = driver.update(.paste(Self.prose))
        #expect(effects.isEmpty)
        #expect(driver.model.shared.notice?.text.contains("pasted text is ignored") == true)
        // Nothing else has changed: it draws what it drew, but for the line of the notice.
        other.model.shared.notice = driver.model.shared.notice
        #expect(driver.render() == other.render())
        #expect(driver.model.shared.marks.byGuest == other.model.shared.marks.byGuest)
        driver.press("<left>")
        #expect(driver.model.shared.notice == nil)
    }

    @Test(
        "in a prompt it is text, as much as there is room for",
        arguments: [
            ("/", "web", "search: web"), ("f", "state=paused", "filter: state=paused"),
            (":", "1-3,^2", "+ - list, all, hot): 1-3,^2"), ("=", "x1q2y", "listed guests): 12"),
            ("?/", "undo", "find: undo"), ("/we", "b\u{202E}y", "search: web"),
        ])
    func text(keys: String, pasted: String, shown: String) {
        var driver = Driver(columns: 120)
        driver.press(keys)
        #expect(driver.update(.paste(pasted)).allSatisfy { !$0.sends })
        let canvas = driver.render()
        let line = canvas.line(canvas.size.rows - 2).map(\.text).joined()
        #expect(line.contains(shown), "\(line)")
    }

    @Test("a prompt takes no more than it has room for, at once or by and by")
    func limits() {
        for key in ["/", "f", ":", "=", "?/"] {
            var pasted = Driver()
            pasted.press(key)
            _ = pasted.update(.paste(String(repeating: "1", count: 4_000)))
            var typed = Driver()
            typed.press(key + String(repeating: "1", count: 300))
            #expect(pasted.render() == typed.render(), "\(key)")
        }
    }

    @Test("on a screen too small to show a prompt, and while leaving, it is nothing")
    func nowhere() {
        var driver = Driver()
        driver.press("/")
        _ = driver.update(.resized(Size(columns: 20, rows: 3)))
        _ = driver.update(.paste("web"))
        _ = driver.update(.resized(Size(columns: 80, rows: 24)))
        #expect(driver.render().line(22).map(\.text).joined().contains("web") == false)
        var leaving = Driver()
        leaving.press("q")
        #expect(leaving.update(.paste(Self.prose)).isEmpty)
    }
}

extension Effect {
    fileprivate var sends: Bool {
        if case .commit = self { true } else { false }
    }
}
