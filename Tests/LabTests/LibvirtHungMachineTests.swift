import Foundation
import Glibc
import LabSupport
import Testing

extension LibvirtTests {
    /// A QEMU process that is stopped: it holds the call for the host times of all guests.
    @Suite(.serialized) actor HungMachineTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        /// Stops the machine of `db` for as long as the test takes, and no longer.
        private func whileStopped(_ lab: LibvirtLab, _ body: () throws -> Void) throws {
            let pid = try lab.db.pid()
            guard kill(pid, SIGSTOP) == 0 else { throw LabError.system(call: "kill", errno: errno) }
            defer { kill(pid, SIGCONT) }
            try body()
        }

        @Test("list and list --watch show the others, say that a call hangs, and recover")
        func lists() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.burn(1)
            defer { try? lab.web.rest() }
            let runtime = "\(lab.daemon.folder)/hung-machine"
            try FileManager.default.createDirectory(
                atPath: runtime, withIntermediateDirectories: false)
            let arguments = ["list", "--json", "--timeout", "3", "-c", lab.daemon.uri]
            let environment = ["XDG_RUNTIME_DIR": runtime]

            try whileStopped(lab) {
                let finished = try Program.run(
                    arguments, environment: environment, within: .seconds(60))
                #expect(finished.status == 0)
                try check(finished.report(ListReport.self))
            }
            try lab.db.waitForAgent()

            let watch = try Program.start(arguments + ["--watch"], environment: environment)
            defer { try? watch.signal(SIGTERM) }
            /// Reads reports until one is as it should be.
            func next(_ condition: (ListReport) -> Bool) throws -> ListReport {
                let deadline = ContinuousClock.now + .seconds(90)
                while true {
                    let line = try watch.line(within: .seconds(30))
                    let report = try JSONDecoder().decode(ListReport.self, from: Data(line.utf8))
                    if condition(report) { return report }
                    guard .now < deadline else { throw LabError.late("a report: \(line)") }
                }
            }
            func isQuiet(_ report: ListReport) -> Bool {
                report.sources[0].message == nil && report.guests.count == 2
                    && report.guests.allSatisfy { $0.agent.status == "ok" && $0.host != nil }
            }
            _ = try next(isQuiet)
            try whileStopped(lab) {
                let stopped = try next { report in
                    report.sources[0].message != nil
                        && report.guests.contains { $0.agent.status == "unresponsive" }
                }
                try check(stopped)
                let before = try time(in: stopped)
                _ = try next { (try? time(in: $0)).map { $0 > before } == true }
            }
            _ = try next(isQuiet)
        }

        @Test("the dashboard says so in the source's line, and the other's figures go on")
        func dashboard() throws {
            let lab = try LibvirtLab.shared()
            let dashboard = try DashboardInTerminal(
                ["-c", lab.daemon.uri, "--timeout", "3"], showing: "4/4", columns: 120)
            defer { try? dashboard.terminal.stop() }
            for guest in ["web", "db"] { try dashboard.waitFor("4/4", inRowOf: guest) }
            try whileStopped(lab) {
                try dashboard.terminal.waitFor("a call has not returned", within: .seconds(30))
                try dashboard.waitFor("unresponsive", inRowOf: "db", within: .seconds(30))
                try lab.web.burn(1)
                defer { try? lab.web.rest() }
                try dashboard.waitForCells(of: "web", within: .seconds(60)) {
                    $0.count >= 4 && isBusy($0[1])
                }
                try dashboard.waitFor("ok", inRowOf: "web")
            }
            try dashboard.terminal.waitFor("the line to go", within: .seconds(60)) { screen in
                !screen.contains { $0.contains("a call has not returned") }
            }
            try dashboard.waitFor(" ok ", inRowOf: "db", within: .seconds(60))
        }

        /// The other guest is whole, and what hangs is said.
        private func check(_ report: ListReport) throws {
            let message = try #require(report.sources[0].message)
            #expect(message.contains("a call has not returned, so a QEMU process may hang"))
            #expect(report.sources[0].status == "ok")
            let web = try #require(report.guests.first { $0.name == "web" })
            #expect(web.agent.status == "ok")
            #expect(web.host?.vcpus.count == 4)
            #expect(report.guests.first { $0.name == "db" }?.agent.status == "unresponsive")
            _ = try time(in: report)
        }

        /// What the host says that the busy vCPU has used.
        private func time(in report: ListReport) throws -> UInt64 {
            let web = report.guests.first { $0.name == "web" }
            return try #require(web?.host?.vcpus.first { $0.id == 1 }?.timeNanoseconds)
        }
    }
}
