import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("the host's CPUs")
struct HostScreenTests {
    private func driver(
        columns: Int = 80, rows: Int = 24, glyphs: GlyphSet = .ascii, fleet: SampleFleet = .hosted
    ) -> Driver {
        Driver(columns: columns, rows: rows, glyphs: glyphs, fleet: fleet)
    }

    private func lines(_ driver: Driver) -> [String] {
        let canvas = driver.render()
        return (0..<canvas.size.rows).map { canvas.line($0).map(\.text).joined() }
    }

    /// The line under the cursor.
    private func current(_ driver: Driver) -> String {
        lines(driver).first { $0.hasPrefix(">") } ?? ""
    }

    /// A fleet on two machines, one of which libvirt knows only as a whole.
    private var onTwoHosts: SampleFleet {
        var fleet = SampleFleet.hosted
        let other = HostID.source(.libvirt(uri: "qemu+ssh://root@node-7.example.org/system"))
        fleet.hosts.append(SampleFleet.physicalHost(other, cpus: 8, isWhole: false))
        for position in [0, 3] {
            fleet.guests[position].hostID = other
            fleet.guests[position].host = fleet.guests[position].host.map { host in
                var reading = host.reading
                reading.vcpus = reading.vcpus.map { vcpu in
                    var vcpu = vcpu
                    vcpu.physicalCPU = nil
                    vcpu.affinity = position == 0 ? PhysicalCPUSet([2, 3]) : nil
                    return vcpu
                }
                return HostState(
                    reading: reading, pairing: host.pairing, shares: host.shares,
                    waitShares: host.waitShares, history: host.history)
            }
        }
        return fleet
    }

    @Test("the screens are as they were when they were reviewed")
    func goldens() throws {
        for (columns, rows) in GoldenTests.sizes {
            for glyphs in [GlyphSet.ascii, .unicode] {
                func check(
                    _ name: String, _ keys: String, _ fleet: SampleFleet = .hosted
                ) throws {
                    var driver = driver(columns: columns, rows: rows, glyphs: glyphs, fleet: fleet)
                    driver.press(keys)
                    try Golden.check(
                        driver.render(), "\(name)-\(columns)x\(rows)-\(glyphs.rawValue)")
                }
                try check("host", "H")
                try check("host-busiest", "Hsb<right>")
                try check("host-two", "<down>H", onTwoHosts)
                try check("host-fleet", "")
                try check("host-detail", "<ret>")
            }
        }
    }

    @Test("H goes to the CPU on which the vCPU under the cursor ran last, and back")
    func open() {
        var driver = driver()
        driver.go(to: "web-04", 3)
        driver.press("H")
        #expect(driver.model.context == .host)
        // SampleFleet puts vCPU 3 of guest 2 there.
        #expect(current(driver).contains("web-04/3"))
        #expect(driver.model.host?.cursor == .init(host: .local, cpu: 3 * 7 + 2))
        #expect(driver.model.host?.currentVCPU?.id == 3)
        driver.press("<esc>")
        #expect(driver.model.context == .fleet && driver.model.host == nil)
        #expect(driver.model.shared.cursor.guest == SampleFleet.id("web-04"))
    }

    @Test("what runs on host CPU 12 takes three keys, and Return leads to the guest")
    func typed() throws {
        var driver = driver()
        driver.press("H12")
        #expect(current(driver).hasPrefix(">  12"))
        let vcpu = try #require(driver.model.host?.currentVCPU)
        #expect(vcpu.lastCPU == 12)
        driver.press("<ret>")
        #expect(driver.model.guestInDetail == vcpu.guest)
        #expect(driver.model.shared.currentVCPU == vcpu.id)
        driver.press("<esc>")
        #expect(driver.model.context == .host && current(driver).hasPrefix(">  12"))
    }

    @Test("a digit that makes no number of a CPU, or comes late, begins another number")
    func digits() {
        var driver = driver()
        driver.press("H95")
        #expect(driver.model.host?.cursor?.cpu == 95)
        driver.press("7")
        #expect(driver.model.host?.cursor?.cpu == 7)
        driver.advance(seconds: 60)
        driver.press("1")
        driver.advance(seconds: 63)
        driver.press("2")
        #expect(driver.model.host?.cursor?.cpu == 2)
        var small = self.driver(fleet: SampleFleet(guests: SampleFleet.hosted.guests))
        small.fleet.hosts = [SampleFleet.physicalHost(cpus: 4)]
        small.snapshot()
        small.press("H9")
        #expect(small.model.host?.cursor?.cpu != 9)
        #expect(small.model.shared.notice?.text == "there is no host CPU 9")
    }

    @Test("left and right choose among the vCPUs of a CPU, each of which Return can reach")
    func names() throws {
        var driver = driver(columns: 70, glyphs: .unicode)
        driver.press("H12<up><down>")
        let row = try #require(driver.model.host?.currentRow)
        #expect(row.vcpus.count > 5)
        for vcpu in row.vcpus {
            #expect(driver.model.host?.currentVCPU == vcpu)
            // The selected name is in sight, however many there are.
            let canvas = driver.render()
            let line = try #require((0..<24).first { canvas.line($0).first?.text == ">" })
            let selected = canvas.line(line).filter { $0.style.emphasis == .cursor }
                .map(\.text).joined()
            #expect(
                !selected.isEmpty && vcpu.name(driver.model.shared).hasPrefix(selected.dropLast()))
            driver.press("<right>")
        }
        #expect(driver.model.host?.currentVCPU == row.vcpus.last)
        driver.press(String(repeating: "h", count: row.vcpus.count))
        #expect(driver.model.host?.currentVCPU == row.vcpus.first)
    }

    @Test("a search finds a guest's name or a CPU's number, n goes on, and Esc goes back")
    func search() {
        var driver = driver()
        driver.press("H/app-7<ret>")
        #expect(driver.model.host?.currentVCPU?.guest == SampleFleet.id("app-7.prod"))
        let first = driver.model.host?.cursor
        driver.press("n")
        #expect(driver.model.host?.currentVCPU?.guest == SampleFleet.id("app-7.prod"))
        #expect(driver.model.host?.cursor != first)
        driver.press("/12<ret>")
        #expect(driver.model.host?.cursor?.cpu == 12)
        driver.press("/web<esc>")
        #expect(driver.model.host?.cursor?.cpu == 12)
        driver.press("/nothing like it")
        #expect(driver.model.host?.cursor?.cpu == 12)
        #expect(lines(driver)[22].contains("no guest's name"))
    }

    @Test("the CPUs are ordered by what keeps them busy, and the order holds under a dialog")
    func sorting() throws {
        var driver = driver()
        driver.press("Hsb")
        let shares = (driver.model.host?.rows ?? []).map { $0.cpu.busyShare ?? -1 }
        #expect(shares == shares.sorted(by: >))
        driver.press("S")
        #expect(driver.model.host?.rows.last?.cpu.busyShare == nil)
        driver.press("?")
        let held = driver.model.host?.rows.map(\.cpu.id)
        driver.fleet.hosts = [SampleFleet.physicalHost(cpus: 96, isWhole: false)]
        driver.snapshot()
        #expect(driver.model.host?.rows.map(\.cpu.id) == held)
        driver.press("<esc>")
        driver.snapshot()
        #expect(driver.model.host?.rows.map(\.cpu.id) != held)
    }

    @Test("the CPU under the cursor is in sight, wherever the cursor goes", arguments: [8, 10, 24])
    func inSight(rows: Int) {
        var driver = driver(rows: rows)
        for keys in ["H", "<end>", "<up>", "<pgup>", "<pgup>", "<home>", "<pgdn>", "47", "sb"] {
            driver.press(keys)
            #expect(!current(driver).isEmpty, "after \(keys)")
        }
        driver.press("S<home>")
        #expect(driver.model.host?.cursor == driver.model.host?.rows.first?.place)
    }

    @Test("only vCPUs of listed guests count, and vCPUs that compete stand out")
    func contention() throws {
        var driver = driver()
        driver.press("fweb<ret>H")
        let rows = try #require(driver.model.host?.rows)
        #expect(Set(rows.flatMap(\.vcpus).map(\.guest.name)) == ["web-03", "web-04"])
        driver.press("<esc><esc>H")
        let row = try #require(driver.model.host?.rows.first { $0.isContended })
        #expect(row.ran.count { $0.isRunnable } == row.runnable && row.runnable ?? 0 > 1)
        driver.press("\(row.cpu.id)")
        #expect(current(driver).contains("\(try #require(row.runnable))!"))
    }

    @Test("a pinned vCPU is named on every CPU that it may run on, and in detail with its list")
    func pinning() throws {
        var driver = driver(columns: 160, rows: 50)
        driver.go(to: "web-03", 2)
        driver.press("H")
        let cpu = try #require(driver.model.host?.cursor?.cpu)
        for cpu in [cpu, cpu + 1] {
            let row = try #require(driver.model.host?.rows.first { $0.cpu.id == cpu })
            #expect(row.pinned.contains { $0.guest.name == "web-03" && $0.id == 2 })
        }
        #expect(lines(driver)[48].contains("pinned to \(cpu)-\(cpu + 1)"))
        driver.press("<ret>")
        #expect(lines(driver).contains { $0.contains("PINNED") })
        #expect(lines(driver).contains { $0.contains(" \(cpu)-\(cpu + 1) ") })
        driver.press("<esc><esc>")
        driver.go(to: "web-04")
        driver.press("<ret>")
        let guest = try #require(driver.model.shared.currentGuest)
        let lens = driver.model.shared.lens(on: guest, at: driver.now)
        let rows = guest.state.vcpus?.vcpus.map { lens.row(of: $0) } ?? []
        let column = try #require(VCPUColumns.all.first { $0.head == "PINNED" })
        let context = TextContext(glyphs: .ascii, moment: driver.now, width: 11)
        #expect(Set(rows.map { column.text($0, context) }) == ["-"])
    }

    @Test("pinned vCPUs of guests with the same name are counted apart")
    func pinnedCount() throws {
        var driver = driver(columns: 160, rows: 50)
        driver.press("H")
        let before = try #require(driver.model.host?.pinnedCount)
        #expect(lines(driver)[1].contains("\(before) pinned"))
        let web = try #require(driver.fleet.guests.first { $0.id.name == "web-03" })
        let pinned = Set(
            driver.model.host?.rows.flatMap(\.pinned).filter { $0.guest == web.id }
                .map(\.index) ?? [])
        #expect(!pinned.isEmpty)
        driver.fleet.guests.append(
            GuestState(
                id: GuestID(source: .agentSocket(path: "/run/web"), name: "web-03"),
                runState: web.runState, agent: web.agent, reading: web.reading, exchange: nil,
                host: web.host, isWritable: true, hostID: web.hostID))
        driver.snapshot()
        #expect(driver.model.host?.pinnedCount == before + pinned.count)
        #expect(lines(driver)[1].contains("\(before + pinned.count) pinned"))
    }

    @Test("nothing is said of where vCPUs run on a machine of which that is not known")
    func unknownPlaces() throws {
        var driver = driver(columns: 160, rows: 50, fleet: onTwoHosts)
        driver.go(to: "web-03")
        driver.press("H4")
        let row = try #require(driver.model.host?.currentRow)
        #expect(row.host != .local && row.runnable == nil && row.guestShare == nil)
        #expect(current(driver).split(separator: " ").filter { $0 == "-" }.count == 3)
        #expect(lines(driver)[48].contains("not known whose vCPUs run there"))
    }

    @Test("vCPUs of guests that are gone, or whose source is silent, run nowhere")
    func gone() {
        var driver = driver()
        driver.go(to: "web-04", 1)
        driver.press("-H")
        #expect(current(driver).contains("web-04/1"))
        driver.fleet.guests.removeAll { $0.id.name == "web-04" }
        driver.snapshot()
        #expect(driver.model.shared.roster[SampleFleet.id("web-04")]?.isGone == true)
        #expect(!lines(driver).contains { $0.contains("web-04/") })
        driver.fleet.sources = [SourceState(id: SampleFleet.source, status: .failed("silent"))]
        driver.snapshot()
        #expect(driver.model.host?.rows.allSatisfy(\.vcpus.isEmpty) == true)
    }

    @Test("from a guest's detail H goes back to that detail, whatever was looked at from there")
    func fromDetail() {
        var driver = driver()
        driver.go(to: "web-04")
        driver.press("<ret>H12<ret>")
        #expect(driver.model.guestInDetail != SampleFleet.id("web-04"))
        driver.press("H")
        #expect(driver.model.context == .host)
        driver.press("<esc>")
        #expect(driver.model.guestInDetail == SampleFleet.id("web-04"))
        driver.press("<esc>")
        #expect(driver.model.context == .fleet)
    }

    @Test("a click goes to a CPU, and to the vCPU whose name it is on")
    func mouse() throws {
        var driver = driver()
        driver.press("MH12<home>")
        let canvas = driver.render()
        let line = try #require(lines(driver).firstIndex { $0.hasPrefix("    6 ") })
        let text = canvas.line(line).map(\.text)
        let column = try #require(text.lastIndex(of: "/"))
        driver.update(.mouse(.press, Position(column: column - text.startIndex, row: line)))
        #expect(driver.model.host?.cursor?.cpu == 6)
        let name = try #require(driver.model.host?.currentVCPU?.name(driver.model.shared))
        #expect(current(driver).dropFirst(20).contains(name))
        driver.update(.mouse(.wheelDown, Position(column: 0, row: 0)))
        #expect(driver.model.host?.cursor?.cpu != 6)
    }

    @Test("without a machine that is known H says so")
    func unknown() {
        var driver = driver(fleet: .sample)
        driver.press("H")
        #expect(driver.model.context == .fleet)
        #expect(driver.model.shared.notice?.text.contains("nothing is known") == true)
    }
}

@Suite("how full the host is")
struct HostFullnessTests {
    private func fullness(_ hosts: [PhysicalHost], online: Int = 8) throws -> HostFullness {
        var totals = FleetTotals()
        let vcpus = CPUMap(0..<16)
        var guest = SampleFleet.guest(
            "g", vcpus: vcpus, offline: CPUMap(online..<16),
            host: SampleFleet.host(20, guest: vcpus, seed: 1))
        guest.hostID = hosts.first?.id
        totals.add(RosterGuest(guest, label: GuestLabel("g"), after: nil))
        return try #require(HostFullness(hosts, totals))
    }

    private func host(_ id: HostID, _ cpus: Int, busy: Double?) -> PhysicalHost {
        func reading(_ busy: Double, _ second: Int) -> PhysicalHostReading {
            PhysicalHostReading(
                cpus: (0..<cpus).map { .init(id: $0) },
                total: CPUTimes(
                    busy: UInt64(busy * 1_000_000),
                    idle: UInt64((Double(second) - busy) * 1_000_000)),
                readAt: SampleFleet.start + .seconds(second))
        }
        let last = reading((busy ?? 0) / Double(cpus), 1)
        return PhysicalHost(id, last, since: busy == nil ? nil : reading(0, 0))
    }

    @Test("what is busy and how many vCPUs there are for a CPU")
    func words() throws {
        let one = try fullness([host(.local, 128, busy: 100.6)])
        #expect(one.busyFact?.forms == ["101 of 128 host CPUs busy", "101/128 busy"])
        #expect(one.busyFact?.role == .text)
        let small = try fullness([host(.local, 4, busy: 3.9)])
        #expect(small.busyFact?.forms.first == "3.9 of 4 host CPUs busy")
        #expect(small.busyFact?.role == .warning)
        #expect(
            small.ratioFact?.forms == [
                "2.0 vCPUs online and 5.0 plugged per CPU", "2.0/5.0 vCPUs per CPU",
            ])
    }

    @Test("what a guest lists counts as plugged where the host does not see the guest")
    func notSeen() throws {
        var guest = SampleFleet.guest("g", vcpus: [0, 1, 2, 3], offline: [3], host: nil)
        guest.hostID = .local
        var totals = FleetTotals()
        totals.add(RosterGuest(guest, label: GuestLabel("g"), after: nil))
        let fullness = try #require(HostFullness([host(.local, 2, busy: 1)], totals))
        #expect(
            fullness.ratioFact?.forms.first == "1.5 vCPUs online and 2.0 plugged per CPU")
    }

    @Test("machines are added up; nothing is said of what is not known")
    func several() throws {
        let other = HostID.source(.libvirt(uri: "qemu+ssh://node-7/system"))
        let two = try fullness([host(.local, 4, busy: 1), host(other, 4, busy: 2)])
        #expect(two.busyFact?.forms.first == "3.0 of 8 CPUs of 2 hosts busy")
        let half = try fullness([host(.local, 4, busy: 1), host(other, 4, busy: nil)])
        #expect(half.busyFact == nil)
        #expect(half.ratioFact != nil)
        #expect(HostFullness([], FleetTotals()) == nil)
        #expect(SampleFleet.sample.snapshot.fullnessText == nil)
        #expect(
            SampleFleet.hosted.snapshot.fullnessText
                == "62.2 of 95 host CPUs busy, 10.5 vCPUs online and 10.9 plugged per CPU")
    }
}
