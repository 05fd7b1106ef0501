import LabSupport
import Testing

extension LibvirtTests {
    /// Which guest vCPU a libvirt vCPU is, where they were plugged out of order: the guest numbers
    /// them as they come, libvirt by the slot.
    @Suite(.serialized) actor PairingTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("slots 5 and 3 are the guest's cpu2 and cpu3, or unpaired")
        func outOfOrder() throws {
            let lab = try LibvirtLab.shared()
            let guest = try LibvirtGuest("slots", of: lab.daemon, processors: 2)
            defer { try? guest.undefine() }
            try LibvirtGuest.start(guest)
            let dashboard = try DashboardInTerminal(["-c", lab.daemon.uri], showing: "2/2")
            defer { try? dashboard.terminal.stop() }
            try dashboard.waitForCells(of: "slots") { $0.count == 2 && $0.allSatisfy(isKnown) }

            try guest.plug(slots: [5, 3])
            // The other one stays offline: onlining both has hung this guest for good.
            try guest.run(
                "echo 1 >/sys/devices/system/cpu/cpu2/online", within: .seconds(40))
            try expectTruth(of: listed(lab), guest)
            try dashboard.waitFor("3/4", inRowOf: "slots")

            try guest.burn(2)
            try dashboard.waitForCells(of: "slots", within: .seconds(60)) { cells in
                cells.count == 4 && isBusy(cells[2])
            }
            // Ten times, as readings come and go.
            for _ in 0..<10 {
                try dashboard.waitForCells(of: "slots") { cells in
                    #expect(!isBusy(cells[0]) && !isBusy(cells[1]), "\(cells)")
                    #expect(cells.count == 4 && cells[3] == "-", "\(cells)")
                    return true
                }
            }
            let before = try listed(lab)
            try wait(for: "cpu2's thread to run for half a second", within: .seconds(60)) {
                let now = try listed(lab)
                try expectTruth(of: now, guest)
                return try time(of: 5, now) >= time(of: 5, before) + 500_000_000
            }
        }

        /// Expects that no pair is a wrong one, and that there is nothing of slots that are empty.
        private func expectTruth(
            of row: ListReport.Guest, _ guest: LibvirtGuest,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            #expect(
                row.guest == Maps(vcpus: "0-3", online: "0-2", offlinable: "1-3"),
                sourceLocation: sourceLocation)
            let host = try #require(row.host, sourceLocation: sourceLocation)
            #expect(host.current == 4, sourceLocation: sourceLocation)
            #expect(host.vcpus.map(\.id) == [0, 1, 3, 5], sourceLocation: sourceLocation)
            for vcpu in host.vcpus {
                guard let id = vcpu.guestID else { continue }
                #expect(
                    try guest.slot(ofProcessor: id) == vcpu.id, "guest vCPU \(id)",
                    sourceLocation: sourceLocation)
            }
            // The guest's firmware is not asked: through libvirt that would leave a mark.
            #expect(host.pairing != "confirmed", sourceLocation: sourceLocation)
            if host.pairing == "unknown" {
                #expect(host.vcpus.allSatisfy { $0.guestID == nil }, sourceLocation: sourceLocation)
            }
        }

        private func time(of id: Int, _ row: ListReport.Guest) throws -> UInt64 {
            let vcpu = try #require(row.host?.vcpus.first { $0.id == id })
            return try #require(vcpu.timeNanoseconds)
        }

        private func listed(_ lab: LibvirtLab) throws -> ListReport.Guest {
            let finished = try Program.run(["list", "slots", "-c", lab.daemon.uri, "--json"])
            return try #require(try finished.report(ListReport.self).guests.first)
        }
    }
}

/// Whether a cell shows a load, and not that it is not known.
private func isKnown(_ cell: Character) -> Bool { !"+?".contains(cell) }
