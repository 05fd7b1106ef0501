import CanvasKit
import Testing

@testable import Dashboard

@Suite("W saves what was chosen in the dashboard")
struct SavingTests {
    private func notice(_ driver: Driver) -> String { driver.model.shared.notice?.text ?? "" }

    private func saved(_ effects: [Effect]) -> [ChosenSetting]? {
        for case .save(let settings) in effects { return settings }
        return nil
    }

    @Test("only what was changed here is saved, and once")
    func changes() throws {
        let view = try StartView(columns: nil, sort: "wait", filter: "web")
        var driver = Driver(columns: 120, view: view, configurationFile: "/home/a/c.yaml")
        driver.press("W")
        #expect(saved(driver.effects) == nil)
        #expect(notice(driver).hasPrefix("W: nothing was changed here"))

        driver.press("]SM")
        driver.press("W")
        #expect(
            saved(driver.effects) == [
                .order("wait:reversed"), .interval(.seconds(2)), .mouse(true),
            ])
        driver.press("W")
        #expect(saved(driver.effects) == nil)
        #expect(notice(driver).hasPrefix("W: it is being saved"))
        driver.update(.saved(.saved))
        #expect(notice(driver).hasPrefix("saved sort, interval, mouse in /home/a/c.yaml"))

        driver.press("f<bs><bs><bs><ret>W")
        #expect(saved(driver.effects) == [.filter("")])
    }

    @Test("what is changed while it is being saved is saved the next time")
    func meanwhile() {
        var driver = Driver(columns: 120, configurationFile: "/c")
        driver.press("]W")
        driver.press("M")
        driver.update(.saved(.saved))
        #expect(notice(driver).hasPrefix("saved interval in /c"))
        driver.press("W")
        #expect(saved(driver.effects) == [.mouse(true)])
    }

    @Test("the dashboard's own order is saved as none")
    func ownOrder() throws {
        let view = try StartView(columns: nil, sort: "wait", filter: "")
        var driver = Driver(columns: 120, view: view, configurationFile: "/c")
        driver.press("slW")
        #expect(saved(driver.effects) == [.order(nil)])
    }

    @Test("what cannot be saved is said, and can be saved again")
    func failure() {
        var driver = Driver(columns: 120, configurationFile: "/c")
        driver.press("]W")
        driver.update(.saved(.failed("/c:3: a reason")))
        #expect(notice(driver).hasPrefix("not saved: /c:3: a reason"))
        driver.press("W")
        #expect(saved(driver.effects) == [.interval(.seconds(2))])
    }

    @Test("columns are saved as the screen has them, and as auto when they are reset")
    func columns() throws {
        let view = try StartView(columns: ["online", "wait"], sort: nil, filter: "")
        var driver = Driver(columns: 120, view: view, configurationFile: "/c")
        // The first column that can be left out is the second of all.
        driver.press("C<down> <ret>W")
        #expect(saved(driver.effects) == [.columns(["agent", "online", "wait"])])
        driver.update(.saved(.saved))
        driver.press("Cr<ret>W")
        #expect(saved(driver.effects) == [.columns(nil)])
    }

    @Test("a column that is left out on a small screen leaves the others to a large one")
    func partialColumns() throws {
        var driver = Driver(columns: 80, configurationFile: "/c")
        driver.press("C<down><down> <ret>W")
        #expect(saved(driver.effects) == [.columns(["auto", "-age"])])
        let view = try StartView(columns: ["auto", "-age"], sort: nil, filter: "")
        #expect(view.columns == driver.model.shared.preferences.columns)
        let other = Driver(columns: 160, view: view)
        let heads = other.render().line(2).map(\.text).joined()
        #expect(heads.contains("WAIT%") && !heads.contains(" AGE "))
    }

    @Test("a filter of marks is not saved: they end with the dashboard")
    func marks() {
        var driver = Driver(columns: 120, configurationFile: "/c")
        driver.press("fmarked<ret>W")
        #expect(saved(driver.effects) == nil)
    }

    @Test("without a file there is nothing to save in, also while nothing can be changed")
    func noFile() {
        var driver = Driver(columns: 120, isReadOnly: true)
        driver.press("]W")
        #expect(saved(driver.effects) == nil)
        #expect(notice(driver).hasPrefix("W: there is no file to save in"))
        driver = Driver(columns: 120, isReadOnly: true, configurationFile: "/c")
        driver.press("]W")
        #expect(saved(driver.effects) != nil)
    }
}
