import GuestVCPU
import LabSupport
import SafeText
import Testing

@testable import vcputop

@Suite("What list prints as CSV")
struct CSVFormatTests {
    private func text(_ guests: [GuestState]) -> String {
        CSVText.lines([FleetCSV.header] + FleetCSV.rows(of: FleetSamples.snapshot(guests)))
    }

    @Test(
        "a row for each vCPU; what is not known is empty; a guest without a reading has its status")
    func rows() {
        let failed = AgentStatus.failed(AgentError(.unresponsive))
        let text = text([
            FleetSamples.guest("web1", host: FleetSamples.host),
            FleetSamples.unread("db1", .failed(AgentError(.absent))),
            FleetSamples.guest("old", agent: failed),
        ])
        #expect(
            text == """
                source,guest,vcpu,present,online,offlinable,host_time_seconds,host_wait_seconds,agent_status\r
                qemu:///system,web1,0,1,1,0,1.96,0.244467037,ok\r
                qemu:///system,web1,1,1,0,1,,,ok\r
                qemu:///system,web1,2,1,1,1,,,ok\r
                qemu:///system,web1,9,1,0,1,,,ok\r
                qemu:///system,db1,,,,,,,absent\r
                qemu:///system,old,,,,,,,unresponsive\r

                """)
    }

    @Test("nanoseconds are written exactly, as seconds")
    func seconds() {
        let cases: [(UInt64, String)] = [
            (0, "0"), (1, "0.000000001"), (10, "0.00000001"), (1_000_000_000, "1"),
            (1_500_000_000, "1.5"), (61_000_000_001, "61.000000001"),
            (.max, "18446744073.709551615"),
        ]
        for (nanoseconds, text) in cases { #expect(SecondsText.of(nanoseconds) == text) }
    }

    @Test("fields are quoted where they must be, and a formula is none")
    func fields() {
        let cases = [
            ("web1", "web1"), ("a b", "a b"), (" a", "\" a\""), ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""), ("\"", "\"\"\"\""), ("a\nb", #"a\u000ab"#),
            ("a\r\n", #"a\u000d\u000a"#), ("\u{1B}[2J", #"\u001b[2J"#), ("東京🦊", "東京🦊"),
            ("\u{E0001}", #"\udb40\udc01"#), ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"),
            ("@x", "'@x"), ("＝1", "'＝1"), ("=a,b", "\"'=a,b\""), ("a=1", "a=1"),
            ("\t=1", #"\u0009=1"#), ("", ""), ("a\\b", #"a\b"#),
        ]
        for (value, field) in cases {
            #expect(CSVText.lines([[value]]) == field + "\r\n", "\(field)")
        }
    }

    @Test("a reader of CSV finds as many rows and fields as were written, whatever the names are")
    func reader() throws {
        let names = FleetSamples.hostileNames + FleetSamples.randomNames(300, seed: 7)
        let text = text(names.map { FleetSamples.guest($0) })
        // Each row is one line, so that tools for lines are not misled either.
        #expect(text.split(separator: "\r\n").count == 1 + names.count * 4)
        let visible = text.unicodeScalars.allSatisfy { $0.isVisible || $0 == "\r" || $0 == "\n" }
        #expect(visible)
        let rows = try FormatReader.rows(ofCSV: text)
        #expect(rows.count == 1 + names.count * 4)
        #expect(rows.allSatisfy { $0.count == 9 })
        for (place, name) in names.enumerated() {
            let read = rows[1 + place * 4][1]
            #expect(!"=+-@".contains(read.first ?? "a"), "\(read)")
            let isPlain = name.unicodeScalars.allSatisfy(\.isVisible)
            let isFormula = "=+-@".contains(name.first ?? "a")
            if isPlain { #expect(read == (isFormula ? "'" : "") + name) }
        }
    }
}
