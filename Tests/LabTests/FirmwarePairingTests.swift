import Foundation
import LabSupport
import Testing

/// Slots 5 and then 3 are plugged, and become the guest's vCPUs 2 and 3.
@Suite(.serialized, .guestMayHang) actor FirmwarePairingTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    @Test("the load of guest vCPU 2 is shown for it alone, though it is in slot 5")
    func outOfOrder() throws {
        let guest = try guestWithPluggedSlots()
        defer { try? guest.stop() }
        try guest.burn(2)

        let watch = try Program.start(["list", guest.name, "--json", "--watch"])
        var times: [Int: UInt64] = [:]
        var isBusy = false
        var isConfirmed = false
        for _ in 0..<40 where !isBusy {
            let text = try watch.line(within: .seconds(30))
            let report = try JSONDecoder().decode(ListReport.self, from: Data(text.utf8))
            let host = try #require(report.guests.first?.host)
            // The firmware is read for two seconds at a time, in which a busy guest may not answer all.
            isConfirmed = isConfirmed || host.pairing == "confirmed"
            guard isConfirmed else { continue }
            #expect(host.pairing == "confirmed")
            // There is no slot 2: a reading of that index is another vCPU's time.
            #expect(host.vcpus.map(\.id) == [0, 1, 3, 5])
            #expect(host.vcpus.map(\.guestID) == [0, 1, 3, 2])
            var used: [Int: UInt64] = [:]
            for vcpu in host.vcpus {
                let time = try #require(vcpu.timeNanoseconds)
                let guestID = try #require(vcpu.guestID)
                if let before = times[guestID] { used[guestID] = time - before }
                times[guestID] = time
            }
            guard let busy = used[2], busy > 200_000_000 else { continue }
            isBusy = true
            for id in [0, 1, 3] { #expect(try #require(used[id]) < busy / 2, "vCPU \(id)") }
            #expect(try #require(used[3]) == 0)
        }
        #expect(isBusy)
        try watch.signal(2)

        let dashboard = try DashboardInTerminal(
            ["--ascii", "--agent", "\(guest.name)=\(guest.agentSocket)"], showing: guest.name,
            columns: 120)
        defer { try? dashboard.terminal.stop() }
        try dashboard.waitForCells(of: guest.name, within: .seconds(60)) { cells in
            let loads = cells.map { $0.wholeNumberValue ?? 0 }
            return cells.count == 4 && cells[3] == "-" && loads[2] >= 2 && loads[0] < loads[2]
                && loads[1] < loads[2]
        }
    }

    /// Boots with two processors, plugs slots 5 and 3, and brings the first of them online.
    private func guestWithPluggedSlots() throws -> MicroGuest {
        let guest = try MicroGuest(processors: 2)
        do {
            #expect(try guest.plugProcessor(intoSlot: 5) == 2)
            #expect(try guest.plugProcessor(intoSlot: 3) == 3)
            try guest.run("echo 1 >/sys/devices/system/cpu/cpu2/online", within: .seconds(40))
            return guest
        } catch {
            try? guest.stop()
            throw error
        }
    }
}
