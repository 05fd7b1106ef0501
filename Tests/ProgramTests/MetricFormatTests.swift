import GuestVCPU
import LabSupport
import SafeText
import Testing

@testable import vcputop

@Suite("What list prints as metrics")
struct MetricFormatTests {
    private func text(
        _ snapshot: FleetSnapshot, _ format: MetricFamily.Format = .openMetrics
    ) -> String {
        FleetMetrics.families(of: snapshot).text(in: format)
    }

    @Test("known values have a sample, and unknown ones have none")
    func samples() {
        let snapshot = FleetSamples.snapshot(
            [
                FleetSamples.guest("web1", host: FleetSamples.host),
                FleetSamples.unread("db1", .failed(AgentError(.absent))),
                FleetSamples.unread("new", .pending),
            ],
            sources: [
                SourceState(id: FleetSamples.source, status: .ok),
                SourceState(id: .libvirt(uri: "qemu+ssh://far/system"), status: .failed("no")),
                SourceState(id: .libvirt(uri: "soon"), status: .pending),
            ])
        #expect(
            text(snapshot) == """
                # TYPE vcputop_guest_vcpus gauge
                # HELP vcputop_guest_vcpus How many vCPUs the guest has online and offline.
                vcputop_guest_vcpus{source="qemu:///system",guest="web1",state="online"} 2
                vcputop_guest_vcpus{source="qemu:///system",guest="web1",state="offline"} 2
                # TYPE vcputop_guest_vcpu_online gauge
                # HELP vcputop_guest_vcpu_online Whether the guest schedules on the vCPU.
                vcputop_guest_vcpu_online{source="qemu:///system",guest="web1",vcpu="0"} 1
                vcputop_guest_vcpu_online{source="qemu:///system",guest="web1",vcpu="1"} 0
                vcputop_guest_vcpu_online{source="qemu:///system",guest="web1",vcpu="2"} 1
                vcputop_guest_vcpu_online{source="qemu:///system",guest="web1",vcpu="9"} 0
                # TYPE vcputop_host_vcpu_time_seconds counter
                # UNIT vcputop_host_vcpu_time_seconds seconds
                # HELP vcputop_host_vcpu_time_seconds CPU time that the thread of the vCPU consumed.
                vcputop_host_vcpu_time_seconds_total{source="qemu:///system",guest="web1",vcpu="0"} 1.96
                vcputop_host_vcpu_time_seconds_total{source="qemu:///system",guest="web1",host_vcpu="3"} 61.000000001
                # TYPE vcputop_host_vcpu_wait_seconds counter
                # UNIT vcputop_host_vcpu_wait_seconds seconds
                # HELP vcputop_host_vcpu_wait_seconds Time that the thread of the vCPU waited for a physical CPU.
                vcputop_host_vcpu_wait_seconds_total{source="qemu:///system",guest="web1",vcpu="0"} 0.244467037
                vcputop_host_vcpu_wait_seconds_total{source="qemu:///system",guest="web1",host_vcpu="3"} 0
                # TYPE vcputop_agent_up gauge
                # HELP vcputop_agent_up Whether the guest agent was read, and with which status.
                vcputop_agent_up{source="qemu:///system",guest="web1",status="ok"} 1
                vcputop_agent_up{source="qemu:///system",guest="db1",status="absent"} 0
                # TYPE vcputop_agent_reading_age_seconds gauge
                # UNIT vcputop_agent_reading_age_seconds seconds
                # HELP vcputop_agent_reading_age_seconds How old the last good reading of the guest is.
                vcputop_agent_reading_age_seconds{source="qemu:///system",guest="web1"} 1.25
                # TYPE vcputop_source_up gauge
                # HELP vcputop_source_up Whether the source answers.
                vcputop_source_up{source="qemu:///system"} 1
                vcputop_source_up{source="qemu+ssh://far/system"} 0
                # EOF

                """)
    }

    @Test("an empty fleet is a whole exposition")
    func empty() throws {
        let nothing = FleetSamples.snapshot([], sources: [])
        #expect(text(nothing) == "# EOF\n" && text(nothing, .prometheus) == "")
        #expect(try FormatReader.metrics(ofOpenMetrics: text(nothing)).isEmpty)
    }

    @Test("guests that have source and name in common keep series of their own")
    func twins() throws {
        let alias = SourceID.other("qemu:///system")
        let guests = [
            FleetSamples.guest("web", uuid: "1"), FleetSamples.guest("web", uuid: "2"),
            FleetSamples.guest("web"), FleetSamples.guest("web", of: alias),
            FleetSamples.guest("web", of: alias, uuid: "2"), FleetSamples.guest("db", uuid: "3"),
        ]
        let metrics = try FormatReader.metrics(
            ofOpenMetrics: text(FleetSamples.snapshot(guests)))
        let up = try #require(metrics.first { $0.name == "vcputop_agent_up" }).samples
        #expect(up.map { $0.labels["uuid"] } == ["1", "2", nil, nil, "2", nil])
        #expect(up.map { $0.labels["number"] } == [nil, nil, nil, "2", "2", nil])
        #expect(Set(up.map(\.labels)).count == guests.count)
        for metric in metrics {
            #expect(Set(metric.samples.map(\.labels)).count == metric.samples.count)
        }
    }

    @Test("only the first of several samples with equal labels is written")
    func duplicates() {
        var family = MetricFamily("a", labels: ["x"], help: "A.")
        family.add([.init("x", "1")], "1")
        family.add([.init("x", "1")], "2")
        #expect([family].text(in: .prometheus) == "# TYPE a gauge\n# HELP a A.\na{x=\"1\"} 1\n")
    }

    @Test("a label's value has the three escapes of the format, and no other backslash is single")
    func escapes() {
        let cases = [
            ("a b", "a b"), ("a\nb", #"a\nb"#), (#"a\b"#, #"a\\b"#), ("a\"b", #"a\"b"#),
            ("a\rb", #"a\\u000db"#), ("\u{1B}", #"\\u001b"#), ("\u{E0001}", #"\\udb40\\udc01"#),
            ("東🦊", "東🦊"), ("", ""),
        ]
        for (value, text) in cases {
            var family = MetricFamily("a", labels: ["x"], help: "A.")
            family.add([.init("x", value)], "1")
            #expect(family.lines(in: .prometheus).last == "a{x=\"\(text)\"} 1")
        }
    }

    @Test("the strict reader of OpenMetrics gets every name, type and unit, whatever the names are")
    func reader() throws {
        let names = FleetSamples.hostileNames + FleetSamples.randomNames(300, seed: 7)
        let text = text(
            FleetSamples.snapshot(names.map { FleetSamples.guest($0, host: FleetSamples.host) }))
        #expect(text.unicodeScalars.allSatisfy { $0.isVisible || $0 == "\n" })
        let metrics = try FormatReader.metrics(ofOpenMetrics: text)
        #expect(
            metrics.map { "\($0.name) \($0.type) \($0.unit)" } == [
                "vcputop_guest_vcpus gauge ", "vcputop_guest_vcpu_online gauge ",
                "vcputop_host_vcpu_time_seconds counter seconds",
                "vcputop_host_vcpu_wait_seconds counter seconds", "vcputop_agent_up gauge ",
                "vcputop_agent_reading_age_seconds gauge seconds", "vcputop_source_up gauge ",
            ])
        #expect(metrics.allSatisfy { !$0.help.isEmpty })
        #expect(metrics.map(\.name) == FleetMetrics.all.map(\.name))
        for (metric, family) in zip(metrics, FleetMetrics.all) {
            let labels = Set(metric.samples.flatMap(\.labels.keys))
            #expect(labels == Set(family.labels), "\(metric.name)")
        }
        let up = try #require(metrics.first { $0.name == "vcputop_agent_up" }).samples
        #expect(up.count == names.count)
        for (sample, name) in zip(up, names) where Self.isExact(name) {
            #expect(sample.labels["guest"] == name)
        }
    }

    @Test("readers of Prometheus's text format get counters as such, and promtool finds no fault")
    func prometheus() throws {
        let names = FleetSamples.hostileNames + FleetSamples.randomNames(300, seed: 7)
        let text = text(
            FleetSamples.snapshot(names.map { FleetSamples.guest($0, host: FleetSamples.host) }),
            .prometheus)
        let metrics = try FormatReader.metrics(ofPrometheus: text)
        // This reader calls a counter by the name without its ending.
        #expect(
            metrics.map(\.type) == [
                "gauge", "gauge", "counter", "counter", "gauge", "gauge", "gauge",
            ])
        let up = try #require(metrics.first { $0.name == "vcputop_agent_up" }).samples
        for (sample, name) in zip(up, names) where Self.isExact(name) {
            #expect(sample.labels["guest"] == name)
        }
        let checked = try FormatReader.promtool(text)
        #expect(checked.status == 0 && checked.errors == "" && checked.output == "", "\(checked)")
    }

    @Test("promtool reads OpenMetrics too, but looks for the help of counters under another name")
    func openMetricsForPromtool() throws {
        let text = text(
            FleetSamples.snapshot([FleetSamples.guest("web1", host: FleetSamples.host)]))
        let checked = try FormatReader.promtool(text)
        let said = (checked.output + checked.errors).split(separator: "\n")
        #expect(
            said == [
                "vcputop_host_vcpu_time_seconds_total no help text",
                "vcputop_host_vcpu_wait_seconds_total no help text",
            ], "\(checked)")
    }

    /// Whether a name can be written as it is: the format has an escape for a line end.
    private static func isExact(_ name: String) -> Bool {
        name.unicodeScalars.allSatisfy { $0.isVisible || $0 == "\n" }
    }
}
