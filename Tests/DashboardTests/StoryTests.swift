import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("what a user does and sees, on a small screen")
struct StoryTests {
    /// Compares the screen, without blanks at the ends of lines.
    private func expect(
        _ driver: Driver, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let canvas = driver.render()
        let lines = (0..<canvas.size.rows).map { row in
            String(canvas.line(row).map(\.text).joined().reversed().drop { $0 == " " }.reversed())
        }
        #expect(lines.joined(separator: "\n") == expected, sourceLocation: sourceLocation)
    }

    private func small() -> Driver {
        let guests = ["web", "db"].map { name in
            SampleFleet.guest(
                name, vcpus: CPUMap(0..<4), offline: name == "db" ? [3] : [],
                host: SampleFleet.host(4, guest: CPUMap(0..<4), seed: 5, idle: [3]))
        }
        return Driver(columns: 50, rows: 10, fleet: SampleFleet(guests: guests))
    }

    @Test("a vCPU is marked, reviewed and taken offline")
    func takeOffline() throws {
        var driver = small()
        driver.press("<end> ")
        expect(
            driver,
            """
            vcputop  qemu:///system             RW 1s 12:41:09
            2 guests | 1 marked in 1 guest | 7/8 on
             GUEST    AGENT   ONLINE 0        8
            >web      ok         4/4 841v     -1
             db       ok         3/4 841-     1 offline



            web vCPU 3  online -> offline  host CPU 0.00   1/2
            c review  z undo marking  Spc mark  ? help  q quit
            """)
        driver.press("c")
        expect(
            driver,
            """
            +- REVIEW: nothing has been sent yet ------------+
            | GUEST      NOW   AFTER CHANGE                  |
            | web        4/4   3/4   offline 3               |
            |     now: vCPU 3 uses 0.0%                      |
            |     read 1s ago                                |
            | Tab failing: (*) roll back  ( ) keep           |
            | y sends 1 change to 1 guest                    |
            +----------------------------- 0 above, 2 below -+
            web vCPU 3  online -> offline  host CPU 0.00   1/2
            y send  Tab policy  / find        Esc back  ? help
            """)
        driver.press("y")
        expect(
            driver,
            """
            vcputop  qemu:///system             RW 1s 12:41:09
            +- SENDING: 0 of 1 guest done -------------------+
            | GUEST RESULT       CHANGE                      |
            | web   waiting      offline 3                   |
            +------------------------------------------------+



            web vCPU 3  online -> offline, waiting         1/2
            / find  L log                     Esc back  ? help
            """)
        let id = SampleFleet.id("web")
        let before = try #require(driver.model.shared.roster[id]?.state.vcpus)
        let after = GuestVCPUs(
            vcpus: before.vcpus, online: [0, 1, 2], offlinable: before.offlinable,
            readAt: SampleFleet.start + .seconds(1))
        driver.finish(
            "web",
            TransactionResult(
                request: try ChangeRequest([3], online: false), outcome: .committed,
                before: before, after: after, reached: [3], elapsed: .milliseconds(40)))
        expect(
            driver,
            """
            vcputop  qemu:///system             RW 1s 12:41:09
            +- RESULT: 1 of 1 guest as asked ----------------+
            | GUEST RESULT       CHANGE                      |
            | web   committed    offline 3                   |
            |     host: waiting to see vCPU 3 idle           |
            | 1 committed                                    |
            | committed: confirmed by re-reading the guest   |
            +------------------------------------------------+
            web vCPU 3  offline  by you, 12:41  1 offline  1/2
            b revert last change  / find      Esc back  ? help
            """)
        driver.press("<esc>")
        expect(
            driver,
            """
            vcputop  qemu:///system             RW 1s 12:41:09
            2 guests | 6/8 on | host CPU 3.0
             GUEST    AGENT   ONLINE 0        8
            >web      ok         3/4 841-     1 by you
             db       ok         3/4 841-     1 offline



            web vCPU 3  offline  by you, 12:41  1 offline  1/2
            b revert last change  ! problem     ? help  q quit
            """)
    }

    @Test("what cannot be marked is said why")
    func refused() {
        var driver = small()
        driver.press(" ")
        expect(
            driver,
            """
            vcputop  qemu:///system             RW 1s 12:41:09
            2 guests | 7/8 on | host CPU 3.0
             GUEST    AGENT   ONLINE 0        8
            >web      ok         4/4 8410
             db       ok         3/4 841-     1 offline



            vCPU 0 of web: the guest says it is not offlinable
            ! problem  Enter detail  / search   ? help  q quit
            """)
    }

    @Test("only guests of a filter are listed")
    func filtered() {
        var driver = small()
        driver.press("foffline>0")
        expect(
            driver,
            """
            vcputop  offline>0 (1 of 2)         RW 1s 12:41:09
            2 guests | 7/8 on | host CPU 3.0
             GUEST    AGENT   ONLINE 0        8
            >db       ok         3/4 841-     1 offline




            filter: offline>0  1 of 2
            Enter accept  Tab complete                Esc back
            """)
    }

    /// The demo's questions of a monitor, with the keys that each takes.
    @Test("which guest waits most, wastes most, or contradicts its host is seen in a few keys")
    func questions() throws {
        func guest(
            _ name: String, _ count: Int, offline: CPUMap = [],
            age: Duration = .seconds(1), uses shares: HostColumn<Double>,
            waits: HostColumn<Double>
        ) -> GuestState {
            let vcpus = CPUMap(0..<count)
            let host = SampleFleet.host(count, guest: vcpus, seed: 1)
            return SampleFleet.guest(
                name, vcpus: vcpus, offline: offline, age: age,
                host: HostState(
                    reading: host.reading, pairing: host.pairing, shares: shares,
                    measuredFrom: host.measuredFrom, waitShares: waits))
        }
        let idle = HostColumn((0..<16).map { (HostIndex($0), 0.01) })
        let fleet = SampleFleet(guests: [
            guest("busy", 2, uses: [0: 0.9, 1: 0.8], waits: [0: 0.01, 1: 0.02]),
            guest("giant", 16, uses: idle, waits: [0: 0]),
            guest("hungry", 2, uses: [0: 0.6, 1: 0.6], waits: [0: 0.02, 1: 0.43]),
            guest(
                "liar", 4, offline: [2], age: .seconds(9), uses: [0: 0.5, 1: 0.5, 2: 0.9, 3: 0.5],
                waits: [0: 0]),
            guest("small", 1, uses: [0: 0.005], waits: [0: 0]),
        ])
        for (keys, name, vcpu) in [
            ("sw", "hungry", nil), ("ss", "giant", nil), ("su", "small", nil), ("*", "liar", 2),
        ] as [(String, String, Int?)] {
            for columns in [80, 160] {
                var driver = Driver(columns: columns, fleet: fleet)
                driver.press("\(keys)")
                if let vcpu {
                    #expect(
                        driver.model.shared.cursor
                            == Cursor(guest: SampleFleet.id(name), vcpu: vcpu))
                } else {
                    #expect(driver.model.shared.roster.rows.first?.name == name, "\(keys)")
                }
            }
        }
    }
}
