import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("the screens are as they were when they were reviewed")
struct GoldenTests {
    static let sizes = [(80, 24), (160, 50), (40, 10)]

    private func forEachSize(
        _ name: String, _ sizes: [(Int, Int)] = sizes, _ prepare: (inout Driver) -> Void
    ) throws {
        for (columns, rows) in sizes {
            for glyphs in [GlyphSet.ascii, .unicode] {
                var driver = Driver(columns: columns, rows: rows, glyphs: glyphs)
                prepare(&driver)
                try Golden.check(
                    driver.render(), "\(name)-\(columns)x\(rows)-\(glyphs.rawValue)")
            }
        }
    }

    @Test("all guests")
    func fleet() throws {
        try forEachSize("fleet", Self.sizes + [(120, 40)]) { _ in }
    }

    @Test("all guests, watched for a while")
    func watched() throws {
        try forEachSize("watched", Self.sizes + [(120, 40)]) { driver in
            driver.pass(seconds: 20)
            driver.press("!!")
        }
    }

    @Test("nothing is read for a while")
    func paused() throws {
        try forEachSize("paused") { driver in
            driver.pass(seconds: 4)
            driver.press("<ret>p")
            driver.advance(seconds: 90, clock: "12:42:39")
            driver.update(.tick)
        }
    }

    @Test("two sources of three do not answer")
    func sources() throws {
        try forEachSize("sources") { driver in
            driver.fleet.sources = [
                SourceState(id: SampleFleet.source, status: .ok),
                SourceState(
                    id: .libvirt(uri: "qemu+ssh://root@node-7.example.org/system"),
                    status: .failed("ssh: connect to host node-7: No route to host")),
                SourceState(
                    id: .libvirt(uri: "qemu+ssh://root@node-8.example.org/system"),
                    status: .failed("end of file while reading data")),
            ]
            for position in [0, 2, 3] {
                let old = driver.fleet.guests[position]
                driver.fleet.guests[position] = GuestState(
                    id: GuestID(
                        source: .libvirt(uri: "qemu+ssh://root@node-7.example.org/system"),
                        name: old.id.name),
                    runState: old.runState, agent: .ok, reading: old.reading, host: old.host,
                    isWritable: true)
            }
            driver.snapshot()
        }
    }

    @Test("what keeps a guest from being read")
    func doctor() throws {
        try forEachSize("doctor", Self.sizes + [(120, 40)]) { driver in
            driver.go(to: "web-03")
            driver.press("D")
            driver.update(
                .diagnosed(SampleFleet.id("web-03"), DoctorPageTests.diagnosis))
        }
    }

    @Test("no guest is found anywhere")
    func empty() throws {
        try forEachSize("empty") { driver in
            driver.fleet.guests = []
            driver.fleet.sources = [
                SourceState(id: SampleFleet.source, status: .ok),
                SourceState(id: .libvirt(uri: "qemu:///session"), status: .pending),
                SourceState(
                    id: .libvirt(uri: "qemu+tls://node-7.example.org/system"),
                    status: .failed("certificate has expired")),
            ]
            driver.snapshot()
        }
    }

    @Test("every source has answered, and none lists a guest")
    func nothing() throws {
        for (columns, rows) in Self.sizes {
            for glyphs in [GlyphSet.ascii, .unicode] {
                let driver = EmptyFleetTests.driver(columns: columns, rows: rows, glyphs: glyphs)
                try Golden.check(
                    driver.render(), "nothing-\(columns)x\(rows)-\(glyphs.rawValue)")
            }
        }
    }

    @Test("a guest in detail, of which only some of the host's vCPUs are known")
    func unpaired() throws {
        try forEachSize("unpaired") { driver in
            let vcpus = CPUMap(0..<4)
            let whole = SampleFleet.host(
                7, guest: CPUMap(0..<7), seed: 9, idle: [4], current: 7, maximum: 16)
            driver.fleet.guests[0] = SampleFleet.guest(
                "web-03", vcpus: vcpus, offline: [3],
                host: HostState(
                    reading: whole.reading, pairing: .unknown, shares: whole.shares,
                    waitShares: whole.waitShares, history: whole.history))
            driver.snapshot()
            driver.press("<ret>")
        }
    }

    @Test("one guest of 64 in detail, the busiest first")
    func ordered() throws {
        try forEachSize("ordered") { $0.press("/db<ret><ret>su") }
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

    @Test("the guests that waste most, and the orders to choose from")
    func orders() throws {
        try forEachSize("spare-first") { $0.press("ss") }
        try forEachSize("order") { $0.press("sws<down>") }
    }

    @Test("the columns to choose from, one of them left out")
    func columns() throws {
        try forEachSize("columns") { $0.press("C<down><down> <down>") }
    }

    @Test("the list of guests where it gets its columns, and where large guests keep their cells")
    func widths() throws {
        for (columns, rows) in [(100, 24), (120, 40), (170, 24)] {
            var driver = Driver(columns: columns, rows: rows, glyphs: .ascii)
            Self.starve("web-04", in: &driver)
            driver.press("sw")
            try Golden.check(driver.render(), "waiting-\(columns)x\(rows)-ascii")
        }
    }

    /// Has the vCPUs of a guest wait for the host's CPUs.
    private static func starve(_ name: String, in driver: inout Driver) {
        for (place, guest) in driver.fleet.guests.enumerated() {
            guard let host = guest.host, ["web-04", "hot-plugged"].contains(guest.id.name) else {
                continue
            }
            let part = guest.id.name == name ? 0.31 : 0.08
            driver.fleet.guests[place] = guest.with(
                host: HostState(
                    reading: host.reading, pairing: host.pairing, shares: host.shares,
                    measuredFrom: host.measuredFrom,
                    waitShares: host.waitShares.mapValues { _ in part }, history: host.history))
        }
        driver.snapshot()
    }

    @Test("a filter that is being typed, with the words that it can go on with")
    func filterTyping() throws {
        try forEachSize("filter-typing") { driver in
            driver.press("f(name~^(db|hpc)-\\d or contradicted) and not agent=silent o<tab>")
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
            guard case .commit(let order) = effect else { continue }
            driver.finish(
                order.guest.name, result(order.guest.name, order.request, order.reviewed))
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
        let message = "pwrite(/sys/devices/system/cpu/cpu62/online): No space left on device"
        return switch name {
        case "web-03":
            TransactionResult(
                request: request, outcome: .committed, before: before,
                after: after(
                    before.online.union(request.targets.online).subtracting(request.targets.offline)
                ),
                planned: request.targets, elapsed: .milliseconds(212))
        case "db-01":
            TransactionResult(
                request: request, outcome: .rolledBack, before: before, after: after(before.online),
                planned: request.targets,
                failures: [
                    TransactionFailure(vcpu: 62, cause: .agent(AgentError(.error, message)))
                ],
                elapsed: .milliseconds(641))
        case "ci-runner-007":
            TransactionResult(
                request: request, outcome: .unknown, before: before, planned: request.targets,
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
