import LabSupport
import Testing

extension MicroGuestTests {
    /// `list` and `set` against the real guest, held against its kernel and its host.
    @Suite(.serialized) actor CommandTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        private func listed(_ guest: MicroGuest, _ options: [String] = []) throws
            -> ListReport.Guest
        {
            let finished = try Program.run(
                ["list", "--agent", "micro=\(guest.agentSocket)", "--json"] + options)
            #expect(finished.status == 0)
            return try #require(try finished.report(ListReport.self).guests.first)
        }

        @Test("the maps are the kernel's, and the host times those of the vCPUs' threads")
        func listed() throws {
            let guest = try MicroGuest.shared()
            try guest.bringAllOnline()
            let threads = try guest.threads()
            let earlier = try guest.threadTimes()
            let row = try listed(guest)
            let later = try guest.threadTimes()

            #expect(row.guest == Maps(vcpus: "0-3", online: "0-3", offlinable: "1-3"))
            let host = try #require(row.host)
            #expect(host.current == 4)
            #expect(host.vcpus.map(\.id) == [0, 1, 2, 3])
            #expect(host.vcpus.map(\.guestID) == [0, 1, 2, 3])
            for vcpu in host.vcpus {
                #expect(vcpu.thread == threads[vcpu.id])
                let time = try #require(vcpu.timeNanoseconds)
                #expect(try #require(earlier[vcpu.id]) <= time)
                #expect(time <= (try #require(later[vcpu.id])))
            }
        }

        @Test("a vCPU set offline is offline in the kernel, and its thread stands still")
        func set() throws {
            let guest = try MicroGuest.shared()
            try guest.bringAllOnline()
            defer { try? guest.bringAllOnline() }
            let off = try Program.run([
                "set", "micro", "--agent", "micro=\(guest.agentSocket)", "--offline", "2",
                "--json",
            ])
            #expect(off.status == 0)
            #expect(try off.report(SetReport.self).outcome == "committed")
            #expect(try guest.processors()[2] == .offline)
            try expectOnlyOthersRun(2, in: guest)

            let mixed = try Program.run([
                "set", "micro", "--agent", "micro=\(guest.agentSocket)", "--offline", "1,3",
                "--online", "2", "--json",
            ])
            #expect(mixed.status == 0)
            #expect(try mixed.report(SetReport.self).after?.online == "0,2")
            #expect(
                try guest.processors() == [0: .fixed, 1: .offline, 2: .online, 3: .offline])
        }

        @Test("the kernel's own refusal undoes what went before it")
        func refusedByKernel() throws {
            let guest = try MicroGuest.shared()
            try guest.bringAllOnline()
            try guest.fill(3)
            defer { try? guest.unfill(3) }
            let finished = try Program.run([
                "set", "micro", "--agent", "micro=\(guest.agentSocket)", "--offline", "1-3",
                "--json",
            ])
            let report = try finished.report(SetReport.self)
            #expect(report.outcome == "rolledBack")
            #expect(report.failure?.vcpu == 3)
            #expect(finished.status == 1)
            let processors = try guest.processors()
            #expect(processors[1] == .online)
            #expect(processors[2] == .online)
        }

        @Test("a channel that another client holds is busy, where QMP can tell")
        func busy() throws {
            let guest = try MicroGuest.shared()
            let other = try HeldConnection(to: guest.agentSocket)
            let row = try listed(guest, ["--qmp", "micro=\(guest.qmpSocket)", "--timeout", "1"])
            #expect(row.agent.status == "busy")
            #expect(row.state == "running")
            other.close()
            #expect(try listed(guest).agent.status == "ok")
        }

        @Test("a guest whose agent does not run says so, where QMP can tell")
        func notRunning() throws {
            let guest = try MicroGuest.shared()
            try guest.run("killall qemu-ga")
            defer { _ = try? guest.run("start_agent") }
            try wait(for: "the agent to end") {
                try guest.run("pidof qemu-ga || true").isEmpty
            }
            let row = try listed(guest, ["--qmp", "micro=\(guest.qmpSocket)", "--timeout", "1"])
            #expect(row.agent.status == "notRunning")
            #expect(row.guest == nil)
        }

        @Test("a paused guest is a paused row, where QMP can tell")
        func paused() throws {
            let guest = try MicroGuest.shared()
            try guest.qmp("stop")
            defer { _ = try? guest.qmp("cont") }
            let row = try listed(guest, ["--qmp", "micro=\(guest.qmpSocket)", "--timeout", "1"])
            #expect(row.agent.status == "paused")
            #expect(row.state == "paused")
        }

        @Test("an agent stopped before the set leaves an unknown outcome, and then a true one")
        func stalled() throws {
            let guest = try MicroGuest.shared()
            try guest.bringAllOnline()
            defer {
                try? guest.resumeAgent()
                try? guest.bringAllOnline()
            }
            // An agent that has just been started may be slow to answer for the first time.
            try wait(for: "the agent to answer") {
                (try? IndependentClient.processors(ofAgentAt: guest.agentSocket)) != nil
            }
            func stallingRelay() throws -> Relay {
                try Relay(in: guest.folder, to: guest.agentSocket) { try guest.stallAgent() }
            }
            func arguments(_ relay: Relay, timeout: Int) -> [String] {
                [
                    "set", "micro", "--agent", "micro=\(relay.socket)", "--offline", "3",
                    "--timeout", "\(timeout)", "--json",
                ]
            }

            var relay = try stallingRelay()
            let tooLate = try Program.run(arguments(relay, timeout: 3))
            #expect(try guest.processors()[3] == .online)
            try guest.resumeAgent()
            try relay.stop()
            let report = try tooLate.report(SetReport.self)
            #expect(report.outcome == "unknown")
            #expect(report.after == nil)
            #expect(tooLate.status == 3)
            letTenSecondsPass()

            try guest.bringAllOnline()
            relay = try stallingRelay()
            let program = try Program.start(arguments(relay, timeout: 3))
            try relay.waitForGivenUpSet(within: .seconds(30))
            try guest.resumeAgent()
            let inTime = try program.finish(within: .seconds(60))
            try relay.stop()
            letTenSecondsPass()
            try expectAgreement(
                of: inTime.report(), inTime.status, with: guest.onlineProcessors())
        }
    }
}

/// Expects that one vCPU's thread stands still while another's consumes half a second.
func expectOnlyOthersRun(
    _ id: Int, in guest: MicroGuest, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    // Processor 0 is always online.
    try guest.burn(0)
    defer { try? guest.rest() }
    let before = try guest.threadTimes()
    try wait(for: "vCPU 0 to run for half a second", within: .seconds(60)) {
        guard let now = try guest.threadTimes()[0], let then = before[0] else { return false }
        return now - then > 500_000_000
    }
    #expect(
        try guest.threadTimes()[id] == before[id], "host time of vCPU \(id)",
        sourceLocation: sourceLocation)
}
