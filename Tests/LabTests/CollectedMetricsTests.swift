import Foundation
import Glibc
import LabSupport
import Testing

/// What `list` prints of the real agent, as the real readers of its formats take it.
@Suite(.serialized) actor CollectedMetricsTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// What node_exporter shows of the files in a folder.
    private func scraped(_ folder: String) throws -> String {
        let programs = try FormatReader.programs()
        // Another program may take a port between two looks at it.
        for _ in 0..<20 {
            let port = Int.random(in: 20_000...60_000)
            let exporter = try Child([
                "\(programs)/prometheus-node-exporter", "--collector.disable-defaults",
                "--collector.textfile", "--collector.textfile.directory=\(folder)",
                "--web.listen-address=127.0.0.1:\(port)",
            ])
            exporter.closeInput()
            defer { try? exporter.signal(SIGKILL) }
            var page = ""
            try? wait(for: "node_exporter", within: .seconds(20)) {
                let client = try Child([
                    "bash", "-c",
                    "exec 3<>/dev/tcp/127.0.0.1/\(port) && "
                        + "printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3",
                ])
                page = try client.finish(within: .seconds(20)).output
                return page.contains("node_textfile_scrape_error")
            }
            if page.contains("node_textfile_mtime_seconds{file=\"\(folder)/") { return page }
        }
        throw LabError.unexpected("node_exporter listens on no port")
    }

    @Test("node_exporter collects the file that is replaced, with types and without an error")
    func collected() throws {
        let agent = try StagedAgent([0: .fixed, 1: .online, 4: .offline])
        defer { try? agent.stop() }
        let folder = try makeLabFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let guest = "od\"d\\guest"
        func write(_ format: String) throws -> [String] {
            for _ in 0..<2 {
                let finished = try Program.run([
                    "list", "--agent", "\(guest)=\(agent.socket)", "--format", format, "--output",
                    "\(folder)/vcputop.prom",
                ])
                #expect(finished.status == 0 && finished.output == "" && finished.errors == "")
            }
            return try scraped(folder).split(separator: "\n").map(String.init)
        }
        for format in ["prometheus", "openmetrics"] {
            let lines = try write(format)
            #expect(lines.contains("node_textfile_scrape_error 0"))
            #expect(lines.contains("# TYPE vcputop_guest_vcpus gauge"))
            let labels = #"guest="od\"d\\guest",source="agent:\#(agent.socket)""#
            #expect(lines.contains("vcputop_guest_vcpus{\(labels),state=\"online\"} 2"), "\(lines)")
            #expect(lines.contains("vcputop_guest_vcpu_online{\(labels),vcpu=\"4\"} 0"))
            #expect(lines.contains("vcputop_agent_up{\(labels),status=\"ok\"} 1"))
        }
    }

    @Test("counters of a guest's threads have their type, and grow from print to print")
    func counters() throws {
        let folder = try makeLabFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let name = "busy-\(UUID().uuidString.prefix(8))"
        var traits = StandIn.Traits(agent: "\(folder)/a.sock")
        traits.load = [20, 20]
        let busy = try StandIn(
            StandIn.arguments(named: name, agent: "\(folder)/a.sock"), traits)
        defer { try? busy.stop() }
        func list(_ format: String) throws -> String {
            let finished = try Program.run(
                ["list", name, "--format", format], within: .seconds(120))
            #expect(finished.status == 0, "\(finished.errors)")
            return finished.output
        }
        func time(_ metrics: [FormatReader.Metric]) -> [Double] {
            let time = metrics.first { $0.name == "vcputop_host_vcpu_time_seconds" }
            #expect(time?.type == "counter" && time?.samples.count == 2)
            #expect(time?.samples.map { $0.labels["vcpu"] } == ["0", "1"])
            return time?.samples.map(\.value) ?? []
        }
        let first = try time(FormatReader.metrics(ofOpenMetrics: list("openmetrics")))
        try wait(for: "more time", within: .seconds(60)) {
            let later = try time(FormatReader.metrics(ofPrometheus: list("prometheus")))
            #expect(zip(first, later).allSatisfy { $0 <= $1 })
            return zip(first, later).allSatisfy { $0 < $1 }
        }
        #expect(try FormatReader.promtool(list("prometheus")).status == 0)

        _ = try Program.run([
            "list", name, "--format", "prometheus", "--output", "\(folder)/vcputop.prom",
        ])
        let page = try scraped(folder)
        #expect(page.contains("# TYPE vcputop_host_vcpu_time_seconds_total counter"))
        #expect(page.contains("# HELP vcputop_host_vcpu_time_seconds_total CPU time that"))
        let rows = try FormatReader.rows(ofCSV: list("csv"))
        #expect(rows.dropFirst().allSatisfy { (Double($0[6]) ?? -1) > 0 }, "\(rows)")
    }
}
