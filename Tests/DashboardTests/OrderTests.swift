import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("orders to mark that need no ids")
struct OrderTests {
    /// A guest whose vCPUs 4 and up came by hot-plug; of these `used` have run once.
    private func guest(
        _ name: String, offline: CPUMap, plugged: ClosedRange<Int> = 4...7, used: CPUMap = [],
        knowsOrder: Bool = true, isPaired: Bool = true
    ) -> GuestState {
        let ids = CPUMap(0..<8)
        let vcpus = ids.map { id in
            HostVCPU(
                index: HostIndex(id),
                timeNanoseconds: plugged.contains(id) && !used.contains(id)
                    ? 3_000_000 : 90_000_000_000,
                plugOrder: knowsOrder ? (plugged.contains(id) ? id : 0) : nil)
        }
        return SampleFleet.guest(
            name, vcpus: ids, offline: offline,
            host: HostState(
                reading: HostReading(
                    vcpus: vcpus, current: 8, maximum: 8, readAt: SampleFleet.start),
                pairing: isPaired
                    ? SampleFleet.host(8, guest: ids, seed: 1).pairing
                    : Pairing.infer(guest: ids, host: vcpus), shares: [:]))
    }

    private func marks(_ driver: Driver, _ name: String) -> String {
        driver.model.shared.marks[SampleFleet.id(name)].description
    }

    private var driver: Driver {
        Driver(
            columns: 120,
            fleet: SampleFleet(guests: [
                guest("fresh", offline: [4, 5, 6, 7]),
                guest("half", offline: [2, 4, 5, 6, 7], used: [5]),
                guest("blind", offline: [6], knowsOrder: false),
            ]))
    }

    @Test("+all brings all that is offline online, in one guest or in all that are listed")
    func all() {
        var driver = driver
        driver.press(":+all<ret>")
        #expect(marks(driver, "fresh") == "online 4-7")
        #expect(marks(driver, "half") == "nothing")
        driver.press(":all +all<ret>")
        #expect(marks(driver, "half") == "online 2,4-7")
        #expect(marks(driver, "blind") == "online 6")
    }

    @Test("+hot is for what came by hot-plug and never ran, as far as that is known")
    func hot() {
        var driver = driver
        driver.press(":all +hot<ret>")
        #expect(marks(driver, "fresh") == "online 4-7")
        #expect(marks(driver, "half") == "online 4,6-7")
        #expect(marks(driver, "blind") == "nothing")
        driver.go(to: "blind")
        driver.press(":+hot<ret>")
        #expect(
            driver.model.prompt?.problem
                == "blind: no vCPU is known that came by hot-plug and never was online")
    }

    @Test(
        "which of the plugged ones is which need not be known where none that is offline has run",
        arguments: [
            ([4, 5, 6, 7], [], "online 4-7"), ([6, 7], [4, 5], "online 6-7"),
            // Either of 6 and 7 may be the one that has run.
            ([6, 7], [4, 5, 6], "nothing"),
        ] as [(CPUMap, CPUMap, String)])
    func unpaired(offline: CPUMap, used: CPUMap, expected: String) {
        let guest = guest("plugged", offline: offline, used: used, isPaired: false)
        #expect(guest.host?.vcpu(guestID: 6) == nil)
        var driver = Driver(columns: 120, fleet: SampleFleet(guests: [guest]))
        driver.press(":+hot<ret>")
        #expect(marks(driver, "plugged") == expected)
    }

    @Test("every hot-plugged vCPU is brought online with at most 12 keys")
    func keys() {
        var driver = driver
        driver.press(":all +hot")
        driver.press("<ret>cy")
        #expect(":all +hot".count + 3 <= 12)
        #expect(driver.effects.count(where: \.isCommit) == 2)
    }

    @Test(
        "the line says what Return would mark, and Return marks that",
        arguments: [
            ("=6", "marks online 4-5"), ("=9", "fresh can have 1 to 8 vCPUs online"),
            ("=4", "nothing to mark"),
            ("=all 7", "marks 7 online in 2 guests"), (":+all", "marks online 4-7"),
            (":all +hot", "marks 7 online in 2 guests"), (":-0-3", "marks offline"),
            (":hot", "hot takes +"), (":all", "all takes + or -"),
        ])
    func preview(keys: String, said: String) {
        var driver = driver
        driver.press(keys)
        #expect(driver.model.shared.marks.isEmpty)
        let line = driver.render().line(22).map(\.text).joined()
        if said.contains("takes") {
            driver.press("<ret>")
            #expect(driver.model.prompt?.problem?.contains(said) == true)
            return
        }
        #expect(line.contains(said), "\(line)")
        driver.press("<ret>")
        let marked = driver.model.shared.marks.byGuest
        #expect(marked.isEmpty == !said.hasPrefix("marks"))
    }
}
