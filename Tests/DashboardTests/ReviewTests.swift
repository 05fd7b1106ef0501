import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("the review, and what it sends")
struct ReviewTests {
    private static let web = SampleFleet.id("web-03")

    /// A dashboard with vCPU 7 of web-03 marked.
    private func marked() -> Driver {
        var driver = Driver()
        driver.go(to: "web-03", 7)
        driver.press(" ")
        return driver
    }

    private func after(
        _ request: ChangeRequest, _ before: GuestVCPUs, seconds: Int = 2
    ) -> GuestVCPUs {
        GuestVCPUs(
            vcpus: before.vcpus,
            online: before.online.union(request.targets.online).subtracting(
                request.targets.offline),
            offlinable: before.offlinable, readAt: SampleFleet.start + .seconds(seconds))
    }

    @Test("opening it throws away what was typed ahead, and asks for fresh readings")
    func opening() {
        var driver = marked()
        driver.press("c")
        #expect(
            driver.effects == [
                .discardTypedInput, .refresh([Self.web]), .readTrail(beforeChange: true),
            ])
    }

    @Test("without marks there is nothing to review")
    func nothing() {
        var driver = Driver()
        driver.press("cy")
        #expect(driver.effects.isEmpty)
        #expect(driver.model.dialogs.isEmpty)
    }

    @Test("y sends what was marked, against the reading that was shown, under the policy shown")
    func sending() throws {
        var driver = marked()
        let reading = try #require(driver.model.shared.roster[Self.web]?.state.vcpus)
        driver.press("c<tab>y")
        let request = try ChangeRequest([7], online: false)
        #expect(
            driver.effects.filter(\.isCommit) == [
                .commit(
                    ChangeOrder(
                        guest: Self.web, request: request, reviewed: reading, policy: .keepGoing))
            ])
        #expect(driver.model.shared.marks.isEmpty)
        #expect(driver.model.shared.commits.inFlight == [Self.web])
    }

    @Test("Esc sends nothing and keeps the marks")
    func escape() {
        var driver = marked()
        driver.press("c<esc>y")
        #expect(driver.effects.allSatisfy { !$0.isCommit })
        #expect(driver.model.shared.marks.count == 1)
    }

    @Test("a guest that changed while the review was open is not sent to")
    func changedMeanwhile() {
        var driver = marked()
        driver.press("c")
        driver.fleet.guests[0] = SampleFleet.guest(
            "web-03", vcpus: CPUMap(0..<8), offline: [7], age: .zero, host: nil)
        driver.snapshot()
        #expect(driver.model.currentReview?.entries.map(\.fate) == [.hold(.changed([7]))])
        driver.press("y")
        #expect(driver.effects.allSatisfy { !$0.isCommit })
    }

    @Test("a fresh reading of the same state takes the place of the one shown")
    func refreshed() {
        var driver = marked()
        driver.press("c")
        driver.fleet.guests[0] = SampleFleet.guest(
            "web-03", vcpus: CPUMap(0..<8), age: .zero, host: nil)
        driver.snapshot()
        let plan = driver.model.currentReview?.entries.first?.plan
        #expect(plan?.before.readAt == SampleFleet.start)
    }

    @Test("what it says is kept, and follows the readings, the policy and the width")
    func kept() throws {
        var driver = marked()
        driver.press("c")
        func text() -> [String] {
            driver.model.pageLines(at: driver.now)
        }
        /// What it says when nothing is kept.
        func fresh() throws -> [String] {
            var model = driver.model
            let review = try #require(model.currentReview)
            model.dialogs = [
                Review(
                    entries: review.entries.map {
                        Review.Entry(guest: $0.guest, marks: $0.marks, fate: $0.fate)
                    })
            ]
            model.editReview { $0.policy = review.policy }
            return model.pageLines(at: driver.now)
        }
        var seen: [[String]] = []
        func check() throws {
            #expect(try text() == fresh())
            #expect(!seen.contains(text()))
            seen.append(text())
        }
        try check()
        driver.press("<tab>")
        try check()
        driver.pass(seconds: 2)
        try check()
        _ = driver.update(.resized(Size(columns: 50, rows: 20)))
        try check()
        driver.advance(seconds: 61, clock: "12:42:10")
        driver.update(.tick)
        try check()
        #expect(text().contains { $0.contains("read 60s ago") })
    }

    @Test("the lines of a page are those of its blocks, empty ones left out")
    func body() {
        let body = PageBody(blocks: [0, 2, 0, 0, 3, 0]) { [StyledText("\($0).\($1)")] }
        #expect(body.map { $0[0].text } == ["1.0", "1.1", "4.0", "4.1", "4.2"])
        #expect(PageBody(blocks: []) { _, _ in [] }.isEmpty)
        #expect(PageBody([]).isEmpty)
    }

    @Test("more than half of a guest, or more than four guests, ask for the number of changes")
    func confirmation() {
        var driver = Driver()
        driver.go(to: "web-03", 4)
        driver.press("v<end>-")
        driver.press("c")
        #expect(driver.model.currentReview?.largeness == nil)
        driver.press("<esc>")
        driver.go(to: "web-03", 3)
        driver.press("-cy")
        #expect(driver.effects.allSatisfy { !$0.isCommit })
        #expect(
            driver.model.shared.notice?.text
                == "y: type 5 first: more than half of web-03 goes offline")
        driver.press("4y")
        #expect(driver.effects.allSatisfy { !$0.isCommit })
        driver.press("<bs>5y")
        #expect(driver.effects.filter(\.isCommit).count == 1)
    }

    @Test("five guests ask for the number, four do not", arguments: [4, 5])
    func manyGuests(count: Int) {
        var driver = Driver()
        let names = ["web-03", "web-04", "db-01", "ci-runner-007", "app-3.prod"]
        for name in names.prefix(count) {
            driver.go(to: name, 2)
            driver.press("-")
        }
        driver.press("cy")
        #expect(driver.effects.filter(\.isCommit).count == (count == 4 ? 4 : 0))
        driver.press("5y")
        #expect(driver.effects.filter(\.isCommit).count == (count == 4 ? 0 : 5))
    }

    @Test("while a guest is being changed its marks are locked")
    func locked() {
        var driver = marked()
        driver.press("cy<esc> ")
        #expect(driver.model.shared.notice?.text == "Spc: it is being changed")
        #expect(driver.model.shared.marks.isEmpty)
        driver.press("zuU")
        #expect(driver.model.shared.marks.isEmpty)
    }

    @Test(
        "what was not done is marked again",
        arguments: [
            (Outcome.committed, ""), (.unchanged, ""), (.refused, "7"), (.conflict, "7"),
            (.failed, "7"), (.rolledBack, "7"), (.unreachable, "7"),
        ])
    func outcomes(outcome: Outcome, marks: String) throws {
        var driver = marked()
        driver.press("cy")
        let request = try ChangeRequest([7], online: false)
        let before = try #require(driver.model.shared.roster[Self.web]?.state.vcpus)
        let isDone = outcome.exitStatus == 0
        driver.finish(
            "web-03",
            TransactionResult(
                request: request, outcome: outcome, before: before,
                after: outcome == .unreachable ? nil : isDone ? after(request, before) : before))
        #expect(driver.model.shared.marks[Self.web].offline.list == marks)
        #expect(driver.model.shared.commits.inFlight.isEmpty)
        #expect(driver.model.shared.log.entries.count == 2)
    }

    @Test("of a part that was done, only the rest is marked again")
    func partial() throws {
        var driver = marked()
        driver.go(to: "web-03", 6)
        driver.press(" cy")
        let before = try #require(driver.model.shared.roster[Self.web]?.state.vcpus)
        let done = try ChangeRequest([6], online: false)
        driver.finish(
            "web-03",
            TransactionResult(
                request: try ChangeRequest([6, 7], online: false), outcome: .partial,
                before: before, after: after(done, before),
                failures: [TransactionFailure(vcpu: 7, cause: .notDone)]))
        #expect(driver.model.shared.marks[Self.web].offline == [7])
        let member = try #require(driver.model.shared.roster[Self.web])
        let lens = driver.model.shared.lens(on: member, at: driver.now)
        #expect(lens.face(of: 7) == .failed)
        #expect(lens.face(of: 6) == .offline)
    }

    @Test("an unknown outcome keeps the marks locked until a later reading succeeds")
    func unknown() throws {
        var driver = marked()
        driver.press("cy")
        let request = try ChangeRequest([7], online: false)
        driver.finish("web-03", TransactionResult(request: request, outcome: .unknown))
        driver.press("<esc> ")
        #expect(
            driver.model.shared.notice?.text
                == "Spc: what became of its last change is not known yet")
        // A reading from before the change says nothing.
        driver.snapshot()
        #expect(driver.model.shared.commits.isLocked(Self.web))
        driver.fleet.guests[0] = SampleFleet.guest(
            "web-03", vcpus: CPUMap(0..<8), age: .seconds(-9), host: nil)
        driver.snapshot()
        #expect(!driver.model.shared.commits.isLocked(Self.web))
        #expect(driver.model.shared.marks[Self.web].offline == [7])
    }

    @Test("r reviews what failed again, m drops its marks")
    func retry() throws {
        var driver = marked()
        driver.go(to: "web-04", 5)
        driver.press(" ")
        let first = try #require(driver.model.shared.roster[Self.web]?.state.vcpus)
        driver.press("cy")
        driver.finish(
            "web-03",
            TransactionResult(
                request: try ChangeRequest([7], online: false), outcome: .failed, before: first,
                after: first))
        let second = try #require(driver.model.shared.roster[SampleFleet.id("web-04")]?.state.vcpus)
        let request = try ChangeRequest([5], online: false)
        driver.finish(
            "web-04",
            TransactionResult(
                request: request, outcome: .committed, before: second,
                after: after(request, second)))
        driver.press("r")
        #expect(driver.model.currentReview?.entries.map(\.guest) == [Self.web])
        driver.press("<esc>m")
        #expect(driver.model.shared.marks.isEmpty)
    }

    @Test("b reviews what reverts the last change: what it did, and nothing else")
    func takeBack() throws {
        var driver = marked()
        driver.go(to: "web-03", 6)
        driver.press(" ")
        driver.go(to: "db-01", 61)
        driver.press(" ")
        driver.go(to: "web-04", 5)
        driver.press(" ")
        let db = SampleFleet.id("db-01")
        let web = try #require(driver.model.shared.roster[Self.web]?.state.vcpus)
        let data = try #require(driver.model.shared.roster[db]?.state.vcpus)
        driver.press("cyb")
        #expect(driver.model.shared.notice?.text == "b: it is not over yet")
        driver.finish(
            "web-03",
            TransactionResult(
                request: try ChangeRequest([6, 7], online: false), outcome: .partial, before: web,
                after: after(try ChangeRequest([6], online: false), web)))
        let request = try ChangeRequest([61], online: true)
        driver.finish(
            "db-01",
            TransactionResult(
                request: request, outcome: .committed, before: data, after: after(request, data)))
        let other = try #require(driver.model.shared.roster[SampleFleet.id("web-04")]?.state.vcpus)
        driver.finish(
            "web-04",
            TransactionResult(
                request: try ChangeRequest([5], online: false), outcome: .failed, before: other,
                after: other))
        driver.press("b")
        let review = try #require(driver.model.currentReview)
        #expect(review.entries.map(\.guest) == [Self.web, db])
        #expect(review.entries.map(\.marks.online.list) == ["6", ""])
        #expect(review.entries.map(\.marks.offline.list) == ["", "61"])
        #expect(driver.effects.allSatisfy { !$0.isCommit })
        // Left without sending, it leaves nothing of its own behind.
        driver.press("<esc>")
        #expect(driver.model.shared.marks[Self.web].offline == [7])
        #expect(driver.model.shared.marks[Self.web].online.isEmpty)
        #expect(driver.model.shared.marks[db].isEmpty)
        #expect(driver.model.shared.notice?.text == "not sent: the marks are as before")
        driver.press("<esc>by")
        #expect(driver.effects.filter(\.isCommit).count == 2)
    }

    @Test("b says when there is nothing to take back")
    func nothingToTakeBack() {
        var driver = Driver()
        driver.press("Lb")
        #expect(
            driver.model.shared.notice?.text
                == "b: nothing of the last change is left to revert")
        #expect(driver.model.currentReview == nil)
    }

    @Test("what a transaction has read is shown at once, until a newer snapshot says otherwise")
    func lastReading() throws {
        var driver = marked()
        driver.press("cy")
        let request = try ChangeRequest([7], online: false)
        let before = try #require(driver.model.shared.roster[Self.web]?.state.vcpus)
        driver.finish(
            "web-03",
            TransactionResult(
                request: request, outcome: .committed, before: before,
                after: after(request, before)))
        // This snapshot's reading is older.
        driver.snapshot()
        #expect(driver.model.shared.roster[Self.web]?.state.vcpus?.online.contains(7) == false)
        driver.fleet.guests[0] = SampleFleet.guest(
            "web-03", vcpus: CPUMap(0..<8), age: .seconds(-9), host: nil)
        driver.snapshot()
        #expect(driver.model.shared.roster[Self.web]?.state.vcpus?.online.contains(7) == true)
    }

    @Test("q asks while something is marked or under way, and ends otherwise")
    func quitting() {
        var driver = Driver()
        driver.press("q")
        #expect(driver.effects == [.quit])

        driver = marked()
        driver.press("q")
        #expect(driver.effects.isEmpty)
        driver.press("<esc>cy<esc>q")
        #expect(!driver.effects.contains(.quit))
        driver.press("y")
        #expect(driver.effects == [.quit])
        #expect(driver.model.shared.commits.inFlight == [Self.web])
        // After the wish to end no key does anything.
        driver.press(" q")
        #expect(driver.effects.isEmpty)
    }
}
