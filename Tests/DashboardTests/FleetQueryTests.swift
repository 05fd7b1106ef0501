import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("the filter and the orders for commands")
struct FleetQueryTests {
    /// The sample as a monitor knows it after several readings.
    private static let fleet: SampleFleet = {
        var fleet = SampleFleet.hosted
        let roster = Driver(fleet: fleet).model.shared.roster
        fleet.guests = fleet.guests.compactMap { roster[$0.id]?.state }
        return fleet
    }()

    private func names(_ filter: String?, _ sort: String? = nil) throws -> [String] {
        var query = try FleetQuery(filter: filter, sort: sort)
        return query.select(Self.fleet.snapshot).map(\.id.name)
    }

    @Test("without a filter and an order it is the guests of the sources, as they stand there")
    func everything() throws {
        let all = SampleFleet.hosted.guests.map(\.id.name)
        #expect(try names(nil) == all)
        #expect(try names(nil, "listed") == all)
        #expect(try names(nil, "listed:reversed") == all.reversed())
    }

    @Test(
        "a filter lets the same guests through as in the dashboard",
        arguments: [
            "web", "offline>3 agent=ok", "wait>=2", "use<45 not app", "problem", "not problem",
            "contradicted", "pinned", "problem=left-offline", "name~^app-1", "need>30 or spare>=30",
        ])
    func filter(text: String) throws {
        var driver = Driver(fleet: .hosted)
        driver.press("f\(text)<ret>")
        #expect(driver.model.dialogs.isEmpty)
        let listed = driver.model.shared.roster.rows.map(\.name)
        #expect(try names(text) == listed)
        #expect(!listed.isEmpty)
    }

    @Test("each order of the dashboard has a word, and orders the guests alike")
    func orders() throws {
        #expect(
            FleetQuery.sortWords == [
                "listed", "name", "agent", "age", "online", "vcpus", "plugged", "cpu", "wait",
                "use", "need", "spare", "pinned", "offline", "problems",
            ])
        for (place, word) in FleetQuery.sortWords.enumerated() {
            for isReversed in [false, true] {
                var driver = Driver(fleet: .hosted)
                let key = FleetColumns.sortKeys[place]
                driver.model.fleet.order(
                    by: SortOrder(key: key, isReversed: isReversed), &driver.model.shared)
                let sorted = try names(nil, isReversed ? "\(word):reversed" : word)
                #expect(sorted == driver.model.shared.roster.rows.map(\.name), "\(word)")
            }
        }
        #expect(try names("web", "NAME:Reversed") == ["web-04", "web-03"])
    }

    @Test("the query tells which readings it needs before any is made")
    func needs() throws {
        let cases: [(String?, String?, FleetNeeds)] = [
            (nil, nil, []), ("web offline>0 agent=ok", "online", []), ("wait>5", nil, .load),
            ("not (web or use<20)", nil, .load), (nil, "cpu", .load), (nil, "spare", .load),
            ("need>2", "pinned", [.load, .hostCPUs]), ("pinned", nil, .hostCPUs),
            ("pinned>1", nil, .hostCPUs), ("problem", nil, .contradictions),
            ("problem=contradicted", nil, .contradictions), ("problem=paused", nil, []),
            ("web or contradicted", nil, .contradictions), (nil, "problems", .contradictions),
        ]
        for (filter, sort, needs) in cases {
            let query = try FleetQuery(filter: filter, sort: sort)
            #expect(query.needs == needs, "\(filter ?? "-") \(sort ?? "-")")
            #expect(query.needsLoad == needs.contains(.load))
        }
        #expect(FleetNeeds.contradictions.contains(.load))
    }

    @Test("a filter or an order that is none is said with its place and what was meant")
    func problems() {
        let cases: [(String?, String?, Int, String)] = [
            (
                "wiat>5", nil, 1,
                "invalid filter 'wiat>5' at column 1: no field 'wiat'; did you mean 'wait'?"
            ),
            (
                "web (marked", nil, 6,
                "invalid filter 'web (marked' at column 6: 'marked' is for the dashboard"
            ),
            (
                "not marked", nil, 5,
                "invalid filter 'not marked' at column 5: 'marked' is for the dashboard"
            ),
            ("", nil, 1, "invalid filter '' at column 1: it is empty; without a filter"),
            ("  ", nil, 1, "invalid filter '  ' at column 1: it is empty"),
            (
                "web \u{1b}[2J>1", nil, 5,
                "invalid filter 'web \u{fffd}[2J>1' at column 5: no field '\u{fffd}[2J'"
            ),
            (
                nil, "wiat", 1,
                "invalid order 'wiat' at column 1: no order 'wiat'; did you mean 'wait'?"
            ),
            (
                nil, "", 1,
                "invalid order '' at column 1: no order ''; there are listed, name, agent"
            ),
            (
                nil, "-wait", 1,
                "invalid order '-wait' at column 1: no order '-wait'; did you mean 'wait'?"
            ),
            (
                nil, "wait:desc", 5,
                "invalid order 'wait:desc' at column 5: after the word nothing but ':reversed'"
            ),
            (nil, "wait:", 5, "invalid order 'wait:' at column 5: after the word nothing"),
        ]
        for (filter, sort, column, summary) in cases {
            do {
                _ = try FleetQuery(filter: filter, sort: sort)
                Issue.record("taken: \(filter ?? sort ?? "")")
            } catch {
                #expect(error.column == column, "\(error.summary)")
                #expect(error.summary.hasPrefix(summary), "\(error.summary)")
                #expect(error.input == filter ?? sort)
                #expect(error.part == (filter == nil ? .order : .filter))
            }
        }
        // Quoted it is a text.
        #expect(throws: Never.self) { try FleetQuery(filter: "'marked'", sort: nil) }
    }

    @Test("a query follows a fleet from snapshot to snapshot")
    func following() throws {
        var fleet = SampleFleet.hosted
        var query = try FleetQuery(filter: "offline>0 web", sort: "name")
        #expect(query.select(fleet.snapshot).isEmpty)
        let offline = SampleFleet.guest(
            "web-03", vcpus: CPUMap(0..<8), offline: [7], host: fleet.guests[0].host)
        fleet.guests[0] = offline
        #expect(query.select(fleet.snapshot) == [offline])
        fleet.guests.removeFirst()
        #expect(query.select(fleet.snapshot).isEmpty)
    }
}
