import GuestVCPU
import Testing

@testable import Dashboard

@Suite("the screens are as they were when somebody looked at them")
struct GoldenTests {
    static let sizes = [(80, 24), (160, 50), (40, 10)]

    private func forEachSize(
        _ name: String, _ prepare: (inout Driver) -> Void
    ) throws {
        for (columns, rows) in Self.sizes {
            for glyphs in [GlyphSet.ascii, .unicode] {
                var driver = Driver(columns: columns, rows: rows, glyphs: glyphs)
                prepare(&driver)
                try Golden.check(
                    driver.model.render(), "\(name)-\(columns)x\(rows)-\(glyphs.rawValue)")
            }
        }
    }

    @Test("all guests")
    func fleet() throws {
        try forEachSize("fleet") { _ in }
    }

    @Test("all guests with marks")
    func marked() throws {
        try forEachSize("marked") { driver in
            driver.go(to: "db-01", 61)
            driver.press("v<right><right>+")
            driver.go(to: "web-03", 6)
            driver.press("-<right>-")
        }
    }

    @Test("some guests, marked by list")
    func filtered() throws {
        try forEachSize("filtered") { driver in
            driver.press("fapp vcpus=8 online>=8<ret>:all -6-7,^7<ret>:3-")
        }
    }

    @Test("a filter that is not understood")
    func filterPrompt() throws {
        try forEachSize("filter-prompt") { driver in
            driver.press("fagent!=ok offlin>0<ret>")
        }
    }

    @Test("the guests as tiles, with marks")
    func tiles() throws {
        try forEachSize("tiles") { driver in
            driver.go(to: "db-01", 61)
            driver.press("v<right><right>+")
            driver.go(to: "hpc-1", 500)
            driver.press("-")
            driver.go(to: "web-03", 6)
            driver.press("t-v<right>")
        }
    }

    @Test("one guest in detail")
    func detail() throws {
        try forEachSize("detail") { driver in
            driver.go(to: "hot-plugged", 4)
            driver.press("<ret> ")
        }
    }

    @Test("a guest that was never read, in detail")
    func neverRead() throws {
        try forEachSize("never-read") { driver in
            driver.go(to: "legacy-rhel5")
            driver.press("<ret>")
        }
    }

    @Test("one guest of 64 in detail")
    func detailOf64() throws {
        try forEachSize("detail-64") { driver in
            driver.go(to: "db-01", 61)
            driver.press("<ret>v<right><right>+")
        }
    }

    @Test("one guest of 512 as a matrix")
    func matrix() throws {
        try forEachSize("matrix") { driver in
            driver.go(to: "hpc-1", 510)
            driver.press("<ret>v<right>-")
        }
    }

    @Test("the review")
    func review() throws {
        try forEachSize("review") { driver in
            driver.go(to: "db-01", 61)
            driver.press("v<right><right>+")
            driver.go(to: "web-03", 6)
            driver.press("-<right>-")
            driver.go(to: "build-long-name-fedora-40.example.org", 8)
            driver.press(" c")
        }
    }

    @Test("the results")
    func results() throws {
        try forEachSize("results") { Self.results(&$0) }
    }

    private static func results(_ driver: inout Driver) {
        for (name, id) in [("web-03", 7), ("db-01", 62), ("ci-runner-007", 9), ("liar", 3)] {
            driver.go(to: name, id)
            driver.press(" ")
        }
        driver.go(to: "db-01", 61)
        driver.press(" cy")
        for effect in driver.effects {
            guard case .commit(let guest, let request, let reviewed, _) = effect else { continue }
            driver.finish(guest.name, result(guest.name, request, reviewed))
        }
    }

    private static func result(
        _ name: String, _ request: ChangeRequest, _ before: GuestVCPUs
    ) -> TransactionResult {
        func after(_ online: CPUMap) -> GuestVCPUs {
            GuestVCPUs(
                vcpus: before.vcpus, online: online, offlinable: before.offlinable,
                readAt: before.readAt + .seconds(2))
        }
        let changes =
            request.toOnline.map { VCPUChange(id: $0, online: true) }
            + request.toOffline.map { VCPUChange(id: $0, online: false) }
        let message = "pwrite(/sys/devices/system/cpu/cpu62/online): No space left on device"
        return switch name {
        case "web-03":
            TransactionResult(
                request: request, outcome: .committed, before: before,
                after: after(
                    before.online.union(request.toOnline).subtracting(request.toOffline)),
                changes: changes, elapsed: .milliseconds(212))
        case "db-01":
            TransactionResult(
                request: request, outcome: .rolledBack, before: before, after: after(before.online),
                changes: changes,
                failures: [
                    TransactionFailure(vcpu: 62, cause: .agent(AgentError(.error, message)))
                ],
                elapsed: .milliseconds(641))
        case "ci-runner-007":
            TransactionResult(
                request: request, outcome: .unknown, before: before, changes: changes,
                failures: [TransactionFailure(vcpu: nil, cause: .agent(AgentError(.unresponsive)))],
                elapsed: .seconds(18))
        default:
            TransactionResult(
                request: request, outcome: .conflict, before: before, after: after(before.online),
                reasons: [Refusal(vcpu: 3, code: .changed)], elapsed: .milliseconds(47))
        }
    }

    @Test("all guests after a sending")
    func afterwards() throws {
        try forEachSize("afterwards") { driver in
            Self.results(&driver)
            driver.press("<esc>")
        }
    }

    @Test("the log")
    func log() throws {
        try forEachSize("log") { driver in
            Self.results(&driver)
            driver.press("<esc>L")
        }
    }

    @Test("the help")
    func help() throws {
        try forEachSize("help") { $0.press("?") }
    }

    @Test("the question before leaving")
    func leave() throws {
        try forEachSize("leave") { $0.press("<right> q") }
    }
}
