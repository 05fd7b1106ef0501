import Foundation
import Glibc
import GuestVCPU
import LabSupport
import QEMUHost
import Simulation
import Testing

@Suite("list prints what programs read")
actor ListFormatTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Serves a simulated fleet while something is done with the options that name its agents.
    private func withFleet<Value>(
        _ guests: Int = 12, _ body: ([String]) async throws -> Value
    ) async throws -> Value {
        let fleet = try await SimulatedFleet.start(guests: guests, vcpus: 4) { name, path in
            let guest = AgentSocketSource(guestName: name, agentPath: path, isReadOnly: true).guest
            return (guest.reader, guest.writer)
        }
        do {
            let value = try await body(fleet.socketPaths.flatMap { ["--agent", $0] })
            await fleet.stop()
            return value
        } catch {
            await fleet.stop()
            throw error
        }
    }

    private func names(_ finished: Finished) -> [String] {
        finished.output.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != " " }) }
    }

    @Test("every format says the same of a fleet")
    func alike() async throws {
        try await withFleet { fleet in
            func list(_ format: String) throws -> String {
                let finished = try Program.run(["list", "--format", format] + fleet)
                #expect(finished.status == 0 && finished.errors == "", "\(finished.errors)")
                return finished.output
            }
            let json = try #require(
                JSONSerialization.jsonObject(with: Data(list("json").utf8)) as? [String: Any])
            var expected: [[String]] = []
            for guest in try #require(json["guests"] as? [[String: Any]]) {
                let maps = try #require(guest["guest"] as? [String: Any])
                let vcpus = try CPUMap(list: try #require(maps["vcpus"] as? String))
                let online = try CPUMap(list: try #require(maps["online"] as? String))
                for id in vcpus {
                    expected.append([
                        try #require(guest["source"] as? String),
                        try #require(guest["name"] as? String), "\(id)",
                        online.contains(id) ? "1" : "0",
                    ])
                }
            }
            #expect(expected.count > 40)
            let rows = try FormatReader.rows(ofCSV: list("csv")).dropFirst()
            #expect(rows.map { [$0[0], $0[1], $0[2], $0[4]] } == expected)
            for metrics in [
                try FormatReader.metrics(ofOpenMetrics: list("openmetrics")),
                try FormatReader.metrics(ofPrometheus: list("prometheus")),
            ] {
                let online = metrics.first { $0.name == "vcputop_guest_vcpu_online" }
                let samples = (online?.samples ?? []).map { sample in
                    ["source", "guest", "vcpu"].map { sample.labels[$0] ?? "" }
                        + ["\(Int(sample.value))"]
                }
                #expect(samples == expected)
            }
            #expect(try FormatReader.promtool(list("prometheus")).status == 0)
        }
    }

    @Test("a filter and an order are those of the dashboard")
    func query() async throws {
        try await withFleet { fleet in
            let all = try names(Program.run(["list"] + fleet))
            let offline = try names(Program.run(["list", "--filter", "offline>0"] + fleet))
            #expect(offline == all.filter(offline.contains) && !offline.isEmpty)
            let others = try names(Program.run(["list", "--filter", "not offline>0"] + fleet))
            #expect(Set(others).union(offline) == Set(all) && others.count < all.count)
            #expect(try names(Program.run(["list", "--sort", "name"] + fleet)) == all.sorted())
            let reversed = try Program.run(["list", "--sort", "name:reversed"] + fleet)
            #expect(names(reversed) == all.sorted(by: >))
            let csv = try Program.run(
                ["list", "--format", "csv", "--filter", "offline>0", "--sort", "name"] + fleet)
            var guests = csv.output.split(separator: "\r\n").dropFirst()
                .map { String($0.split(separator: ",")[1]) }
            guests = guests.enumerated().filter { $0 == 0 || guests[$0 - 1] != $1 }.map(\.element)
            #expect(guests == offline.sorted())
            let none = try Program.run(["list", "--filter", "vcpus>4000"] + fleet)
            #expect(none.status == 0 && names(none).isEmpty)
            #expect(none.errors == "vcputop: the filter lets through none of \(all.count) guests\n")
        }
    }

    @Test("a glob and a filter together narrow what is listed, in every format")
    func glob() async throws {
        try await withFleet { fleet in
            let all = try names(Program.run(["list"] + fleet))
            let web = all.filter { $0.hasPrefix("web-") }
            #expect(web.count >= 2 && web.count < all.count)
            #expect(try names(Program.run(["list", "web-*"] + fleet)) == web)
            let last = try #require(web.last)
            let csv = try Program.run(
                ["list", "web-*", "--filter", "name~\(last)$", "--format", "csv"] + fleet)
            let rows = try FormatReader.rows(ofCSV: csv.output).dropFirst()
            #expect(Set(rows.map { $0[1] }) == [last])
            let none = try Program.run(["list", "x*", "--format", "openmetrics"] + fleet)
            #expect(none.status == 2 && none.errors.contains("no guest matches 'x*'"))
            #expect(try !FormatReader.metrics(ofOpenMetrics: none.output).isEmpty)
        }
    }

    @Test("load columns appear only when asked for, and take one interval to measure")
    func load() async throws {
        try await withFleet(3) { fleet in
            func columns(_ arguments: [String]) throws -> Bool {
                let finished = try Program.run(["list", "--interval", "0.5"] + arguments + fleet)
                #expect(finished.status == 0, "\(finished.errors)")
                return finished.output.contains("  CPUs  WAIT%  USE%  SOURCE")
            }
            let plain = try columns([])
            let ordered = try columns(["--filter", "web", "--sort", "vcpus"])
            #expect(!plain && !ordered)
            for arguments in [
                ["--load"], ["--sort", "wait"], ["--filter", "not use>50"], ["--sort", "spare"],
                ["--filter", "not contradicted"],
            ] {
                let start = ContinuousClock.now
                let measured = try columns(arguments)
                #expect(measured, "\(arguments)")
                #expect(start.duration(to: .now) >= .milliseconds(500))
            }
        }
    }

    @Test(
        "what makes no sense is refused before anything is asked",
        arguments: [
            (["--json", "--format", "csv"], "--json and --format csv are two formats"),
            (["--json", "--load"], "--load is for the table"),
            (["--format", "csv", "--load"], "--load is for the table: csv has no columns"),
            (["--format", "xml"], "'xml'"), (["--output", ""], "--output names no file"),
            (["--format", "csv", "--format", "json"], "'--format' is given twice"),
            (["--filter", "a", "--filter", "b"], "'--filter' is given twice"),
            (["--sort", "name", "--sort=age"], "'--sort' is given twice"),
            (["--output", "a", "--output", "b"], "'--output' is given twice"),
            (["--filter", "wiat>5"], "at column 1: no field 'wiat'; did you mean 'wait'?"),
            (["--filter", ""], "invalid filter '' at column 1: it is empty"),
            (["--filter", "marked"], "'marked' is for the dashboard"),
            (["--sort", "wiat"], "no order 'wiat'; did you mean 'wait'?"),
        ])
    func usage(_ arguments: [String], message: String) throws {
        let finished = try Program.run(["list", "--agent", "web1=/nonexistent"] + arguments)
        #expect(finished.status == 64, "\(finished)")
        #expect(finished.errors.contains(message), "\(finished.errors)")
        #expect(finished.output == "")
    }

    @Test("--json is --format json, and both may be given")
    func json() throws {
        for arguments in [["--json"], ["--format", "json"], ["--json", "--format", "json"]] {
            let finished = try Program.run(["list", "--agent", "web1=/nonexistent"] + arguments)
            #expect(finished.status == 0 && finished.output.hasPrefix("{\"guests\":["))
        }
    }

    @Test("a guest whose agent fails is a row; a source that does not answer is an error")
    func failures() throws {
        let source = "agent:/nonexistent"
        let agent = ["list", "--agent", "web1=/nonexistent", "--format"]
        let csv = try Program.run(agent + ["csv"])
        #expect(csv.status == 0 && csv.errors == "")
        #expect(csv.output.hasSuffix("\r\n\(source),web1,,,,,,,disconnected\r\n"))
        let metrics = try Program.run(agent + ["openmetrics"])
        #expect(
            metrics.output.contains(
                "vcputop_agent_up{source=\"\(source)\",guest=\"web1\",status=\"disconnected\"} 0\n")
        )
        #expect(!metrics.output.contains("vcputop_guest"))
        let down = try Program.run(["list", "-c", "nosuch:///driver", "--format", "prometheus"])
        #expect(down.status == 2 && down.errors.contains("cannot reach 'nosuch:///driver'"))
        #expect(down.output.contains("vcputop_source_up{source=\"nosuch:///driver\"} 0\n"))
    }

    @Test("--watch repeats rows without another header, and whole expositions")
    func watch() async throws {
        try await withFleet(2) { fleet in
            func lines(_ format: String, until isDone: ([String]) -> Bool) throws -> [String] {
                let child = try Program.start(
                    ["list", "--watch", "--interval", "0.1", "--format", format] + fleet)
                defer { try? child.signal(SIGKILL) }
                var lines: [String] = []
                while !isDone(lines) { lines.append(try child.line(within: .seconds(30))) }
                return lines
            }
            let csv = try lines("csv") { $0.count >= 40 }
            #expect(csv.allSatisfy { $0.last == "\r" && $0.count > 1 })
            #expect(csv.filter { $0.hasPrefix("source,") }.count == 1)
            let first = try #require(csv.dropFirst().first)
            #expect(csv.filter { $0 == first }.count >= 3)
            let metrics = try lines("openmetrics") { $0.filter { $0 == "# EOF" }.count == 3 }
            for exposition in metrics.split(separator: "# EOF") {
                let text = exposition.joined(separator: "\n") + "\n# EOF\n"
                #expect(try FormatReader.metrics(ofOpenMetrics: text).count >= 5)
            }
            let json = try lines("json") { $0.count == 3 }
            #expect(json.allSatisfy { $0.hasPrefix("{\"guests\"") })
        }
    }
}
