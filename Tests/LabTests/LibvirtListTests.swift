import LabSupport
import Testing

extension LibvirtTests {
    /// `list` on a libvirt connection, held against virsh field by field.
    @Suite(.serialized) actor ListTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("guests, maps and vCPUs are those that virsh shows")
        func agreement() throws {
            let lab = try LibvirtLab.shared()
            try lab.db.run("echo 0 >/sys/devices/system/cpu/cpu3/online")
            defer { try? lab.db.bringAllOnline() }
            let virsh = lab.daemon.virsh
            let earlier = try [virsh.statistics(of: "web"), virsh.statistics(of: "db")]
            let report = try listed(lab)
            let later = try [virsh.statistics(of: "web"), virsh.statistics(of: "db")]

            #expect(report.sources.map(\.name) == [lab.daemon.uri])
            #expect(report.sources.map(\.status) == ["ok"])
            #expect(Set(report.guests.map(\.name)) == ["web", "db"])
            for (index, name) in ["web", "db"].enumerated() {
                let row = try #require(report.guests.first { $0.name == name })
                #expect(row.source == lab.daemon.uri)
                #expect(row.uuid == (try virsh.information(on: name)["UUID"]))
                #expect(row.state == "running")
                #expect(row.agent.status == "ok")
                let told = try virsh.guestVCPUs(of: name)
                #expect(row.guest?.vcpus == told["vcpus"])
                #expect(row.guest?.online == told["online"])
                #expect(row.guest?.offlinable == told["offlinable"])
                try expectAgreement(of: #require(row.host), earlier[index], later[index])
            }
            #expect(report.guests.first { $0.name == "db" }?.guest?.online == "0-2")
        }

        /// Expects the host's side as two readings of `virsh domstats` allow it.
        private func expectAgreement(
            of host: ListReport.Host, _ earlier: [String: UInt64], _ later: [String: UInt64],
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            #expect(
                host.current.map(UInt64.init) == later["vcpu.current"],
                sourceLocation: sourceLocation)
            #expect(
                host.maximum.map(UInt64.init) == later["vcpu.maximum"],
                sourceLocation: sourceLocation)
            let ids = (0..<6).filter { later["vcpu.\($0).state"] != nil }
            #expect(host.vcpus.map(\.id) == ids, sourceLocation: sourceLocation)
            for vcpu in host.vcpus {
                // libvirt's 1 is running.
                #expect(later["vcpu.\(vcpu.id).state"] == 1, sourceLocation: sourceLocation)
                #expect(vcpu.state == "running", sourceLocation: sourceLocation)
                for (value, figure) in [
                    (vcpu.timeNanoseconds, "time"), (vcpu.waitNanoseconds, "delay"),
                ] {
                    let value = try #require(value, sourceLocation: sourceLocation)
                    let name = "vcpu.\(vcpu.id).\(figure)"
                    let least = try #require(earlier[name], sourceLocation: sourceLocation)
                    let most = try #require(later[name], sourceLocation: sourceLocation)
                    #expect(
                        least <= value && value <= most, "\(name)", sourceLocation: sourceLocation)
                }
            }
        }

        @Test("a paused guest is a paused row, and the other one is read")
        func paused() throws {
            let lab = try LibvirtLab.shared()
            try lab.daemon.virsh.run("suspend", "web")
            defer { _ = try? lab.daemon.virsh.run("resume", "web") }
            let report = try listed(lab)
            let row = try #require(report.guests.first { $0.name == "web" })
            #expect(row.state == "paused")
            #expect(row.agent.status == "paused")
            #expect(row.guest == nil)
            #expect(row.host?.vcpus.map(\.id) == [0, 1, 2, 3])
            #expect(report.guests.first { $0.name == "db" }?.agent.status == "ok")
        }

        @Test("a guest whose agent does not run says so")
        func notRunning() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.killAgent()
            defer { try? lab.web.startAgent() }
            let row = try #require(try listed(lab).guests.first { $0.name == "web" })
            #expect(row.state == "running")
            #expect(row.agent.status == "notRunning")
            #expect(row.guest == nil)
        }

        @Test("an agent that is stopped is given up at the deadline, and the other one is read")
        func stalled() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.stallAgent()
            defer {
                try? lab.web.resumeAgent()
                try? lab.web.waitForAgent()
            }
            let report = try listed(lab, ["--timeout", "1"])
            let row = try #require(report.guests.first { $0.name == "web" })
            #expect(row.agent.status == "unresponsive")
            #expect(row.guest == nil)
            #expect(row.host?.vcpus.map(\.id) == [0, 1, 2, 3])
            #expect(report.guests.first { $0.name == "db" }?.agent.status == "ok")
        }

        @Test("a guest without an agent's channel says so")
        func absent() throws {
            let lab = try LibvirtLab.shared()
            let mute = try LibvirtGuest("mute", of: lab.daemon, hasChannel: false)
            try mute.start()
            defer { try? mute.undefine() }
            let row = try #require(try listed(lab).guests.first { $0.name == "mute" })
            #expect(row.state == "running")
            #expect(row.agent.status == "absent")
            #expect(row.host?.current == 4)
        }

        @Test("who may only read sees the host's side, and why the guest's is missing")
        func readOnly() throws {
            let lab = try LibvirtLab.shared()
            let finished = try Program.run(["list", "-c", lab.daemon.readOnlyURI, "--json"])
            #expect(finished.status == 0)
            let report = try finished.report(ListReport.self)
            let row = try #require(report.guests.first { $0.name == "web" })
            #expect(row.agent.status == "denied")
            #expect(row.agent.message?.isEmpty == false)
            #expect(row.guest == nil)
            #expect(row.host?.vcpus.map(\.id) == [0, 1, 2, 3])
        }

        @Test("a driver that has no such call says so")
        func unsupported() throws {
            let finished = try Program.run(["list", "-c", "test:///default", "--json"])
            #expect(finished.status == 0)
            let report = try finished.report(ListReport.self)
            let row = try #require(report.guests.first)
            #expect(row.name == "test")
            #expect(row.agent.status == "unsupported")
            #expect(row.guest == nil)
        }

        @Test("CSV, metrics and JSON agree on libvirt's guests, and load is measured there")
        func formats() throws {
            let lab = try LibvirtLab.shared()
            func list(_ arguments: [String]) throws -> String {
                let finished = try Program.run(["list", "-c", lab.daemon.uri] + arguments)
                #expect(finished.status == 0, "\(finished.errors)")
                return finished.output
            }
            let report = try listed(lab)
            let expected = report.guests.flatMap { guest in
                (guest.host?.vcpus ?? []).compactMap { vcpu in
                    vcpu.guestID.map { [guest.name, "\($0)"] }
                }
            }
            #expect(expected.count >= 2)
            let rows = try FormatReader.rows(ofCSV: list(["--format", "csv"])).dropFirst()
            #expect(rows.filter { $0[6] != "" }.map { [$0[1], $0[2]] } == expected)
            let metrics = try FormatReader.metrics(
                ofOpenMetrics: list(["--format", "openmetrics"]))
            let time = metrics.first { $0.name == "vcputop_host_vcpu_time_seconds" }
            let paired = (time?.samples ?? []).filter { $0.labels["vcpu"] != nil }
            let labels = paired.map { sample in
                ["guest", "vcpu"].map { sample.labels[$0] ?? "" }
            }
            #expect(labels == expected)
            let up = metrics.first { $0.name == "vcputop_source_up" }
            #expect(up?.samples.map(\.labels) == [["source": lab.daemon.uri]])

            let loaded = try list(["--load", "--sort", "name"]).split(separator: "\n").map {
                $0.split(separator: " ").map(String.init)
            }
            #expect(loaded.dropFirst().map(\.[0]) == ["db", "web"])
            for row in loaded.dropFirst() {
                let measured = row.suffix(4).dropLast().compactMap { Double($0) }
                #expect(measured.count == 3, "\(row)")
            }
            #expect(try list(["--filter", "cpu>=0 name=web", "--format", "csv"]).contains(",web,"))
        }

        private func listed(_ lab: LibvirtLab, _ options: [String] = []) throws -> ListReport {
            let finished = try Program.run(["list", "-c", lab.daemon.uri, "--json"] + options)
            #expect(finished.status == 0)
            return try finished.report(ListReport.self)
        }
    }
}
