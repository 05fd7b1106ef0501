import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("What the dashboard begins with")
struct StartViewTests {
    private func driver(
        _ view: StartView, _ limits: ConfirmationLimits = ConfirmationLimits()
    ) -> Driver {
        Driver(view: view, confirmation: limits)
    }

    @Test("the columns that are named are shown, and the others left out")
    func columns() throws {
        let view = try StartView(columns: ["online", "age"], sort: nil, filter: "")
        let choice = driver(view).model.shared.preferences.columns
        #expect(choice[.online] == true)
        #expect(choice[.age] == true)
        #expect(choice[.wait] == false)
        #expect(choice[.name] == nil)
        #expect(StartView().columns[.wait] == nil)
        #expect(StartView.columnNames.contains("online"))
    }

    @Test("the order and the filter are in force from the first snapshot")
    func orderAndFilter() throws {
        let all = driver(StartView())
        let names = { (driver: Driver) in
            driver.model.shared.roster.rows.map(\.name)
        }
        let view = try StartView(columns: nil, sort: "name:reversed", filter: "")
        #expect(names(driver(view)) == names(all).sorted(by: >))
        let name = try #require(names(all).first)
        let filtered = driver(try StartView(columns: nil, sort: nil, filter: "name=\(name)"))
        #expect(names(filtered) == [name])
        #expect(filtered.model.shared.filterHistory.texts == ["name=\(name)"])
    }

    @Test("an order or a filter that is none is refused")
    func refused() {
        #expect(throws: FleetQueryProblem.self) {
            try StartView(columns: nil, sort: "bogus", filter: "")
        }
        #expect(throws: FleetQueryProblem.self) {
            try StartView(columns: nil, sort: nil, filter: "bogus=1")
        }
    }

    @Test(
        "a share is what may go offline, and more is large",
        arguments: [
            (0.5, 2, 4, false), (0.5, 3, 4, true), (0.5, 3, 5, true), (0, 0, 4, false),
            (0, 1, 4, true), (1, 4, 4, false), (0.25, 1, 4, false), (0.25, 2, 4, true),
        ] as [(Double, Int, Int, Bool)])
    func share(_ share: Double, _ offline: Int, _ online: Int, _ isLarge: Bool) {
        let limits = ConfirmationLimits(share: share)
        #expect(limits.isLarge(offline, of: online) == isLarge)
    }

    @Test("the review asks for the number by the limits that are configured")
    func limits() throws {
        /// What the review asks; nil where it asks nothing.
        func question(_ limits: ConfirmationLimits) throws -> String? {
            var driver = driver(StartView(), limits)
            driver.go(to: "web-03", 7)
            driver.press(" c")
            let review = try #require(driver.model.currentReview)
            return review.largeness?.words(driver.model.shared)
        }
        #expect(try question(ConfirmationLimits()) == nil)
        #expect(
            try question(ConfirmationLimits(share: 0)) == "more than 0 % of web-03 goes offline")
        #expect(try question(ConfirmationLimits(guests: 0)) == "1 guest")
    }
}
