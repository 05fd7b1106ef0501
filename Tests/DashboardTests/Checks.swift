import CanvasKit
import GuestVCPU
import Testing

@testable import Dashboard

/// What must hold of a dashboard at any time.
struct Invariants {
    /// Checks a model after an event, and the effects of the event.
    static func check(
        _ model: Model, _ effects: [Effect], before: Model, event: Event,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        checkCommits(effects, before, event, sourceLocation)
        checkMarks(model, before, event, sourceLocation)
        checkView(model, sourceLocation)
    }

    /// Nothing is sent but by `y` in a review, and nothing but what it showed.
    private static func checkCommits(
        _ effects: [Effect], _ before: Model, _ event: Event, _ location: SourceLocation
    ) {
        for effect in effects {
            guard case .commit(let order) = effect else { continue }
            let (guest, request, reviewed) = (order.guest, order.request, order.reviewed)
            guard let review = before.currentReview, event == .key(.character("y"))
            else {
                Issue.record("sent by \(event)", sourceLocation: location)
                continue
            }
            let entry = review.entries.first { $0.guest == guest }
            #expect(entry?.plan?.request == request, sourceLocation: location)
            #expect(entry?.plan?.before == reviewed, sourceLocation: location)
            #expect(review.policy == order.policy, sourceLocation: location)
            #expect(
                order.isRecorded || review.isUnrecordedAllowed, sourceLocation: location)
            #expect(!before.shared.options.isReadOnly, sourceLocation: location)
            #expect(!before.shared.isTiny, sourceLocation: location)
            #expect(!before.shared.commits.isLocked(guest), sourceLocation: location)
            #expect(!before.shared.marks.doubtful.contains(guest), sourceLocation: location)
            #expect(before.shared.roster[guest]?.isGone == false, sourceLocation: location)
            #expect(before.shared.roster[guest]?.state.isWritable == true, sourceLocation: location)
            let reading = AgentReading(vcpus: reviewed, version: nil, setSupport: .available)
            guard case .plan(let plan) = request.check(against: reading) else {
                Issue.record("cannot be carried out: \(request)", sourceLocation: location)
                continue
            }
            #expect(!plan.targets.isEmpty, sourceLocation: location)
        }
    }

    /// What a key has marked can be done, and a locked guest's marks are not touched.
    private static func checkMarks(
        _ model: Model, _ before: Model, _ event: Event, _ location: SourceLocation
    ) {
        for (guest, marks) in model.shared.marks.byGuest {
            let isSound = !marks.isEmpty && marks.online.isDisjoint(with: marks.offline)
            let isFree = !model.shared.commits.isLocked(guest)
            if !isSound || !isFree {
                Issue.record("marks of \(guest.name): \(marks)", sourceLocation: location)
            }
            guard case .key = event, marks != before.shared.marks[guest], isMarking(event),
                let vcpus = model.shared.roster[guest]?.state.vcpus
            else { continue }
            let new = marks.ids.subtracting(before.shared.marks[guest].ids)
            #expect(new.isSubset(of: vcpus.vcpus), sourceLocation: location)
            let offline = new.intersection(marks.offline)
            #expect(offline.isSubset(of: vcpus.offlinable), sourceLocation: location)
            #expect(offline.isSubset(of: vcpus.online), sourceLocation: location)
            #expect(
                new.intersection(marks.online).isSubset(of: vcpus.offline),
                sourceLocation: location)
            #expect(!marks.onlineAfterwards(of: vcpus).isEmpty, sourceLocation: location)
        }
        if model.shared.options.isReadOnly {
            #expect(model.shared.marks.isEmpty, sourceLocation: location)
        }
    }

    private static func isMarking(_ event: Event) -> Bool {
        " +-".contains { event == .key(.character($0)) }
    }

    /// The cursor is on something that there is, and in sight; rows are each guest once.
    private static func checkView(_ model: Model, _ location: SourceLocation) {
        if model.prompt is FindPrompt {
            #expect(model.page != nil, sourceLocation: location)
        }
        if let guest = model.guestInDetail {
            let vcpus = model.shared.roster[guest]?.state.vcpus?.vcpus ?? []
            #expect(Set(model.vcpusInDetail) == Set(vcpus), sourceLocation: location)
            #expect(model.vcpusInDetail.count == vcpus.count, sourceLocation: location)
        }
        let rows = model.shared.roster.rows
        #expect(Set(rows).count == rows.count, sourceLocation: location)
        let isIndexed = rows.enumerated().allSatisfy { row, guest in
            model.shared.roster.row(of: guest) == row && model.shared.roster[guest] != nil
        }
        #expect(isIndexed, sourceLocation: location)
        guard !rows.isEmpty else { return }
        guard let guest = model.shared.cursor.guest, let row = model.shared.roster.row(of: guest)
        else {
            Issue.record("the cursor is on no guest", sourceLocation: location)
            return
        }
        if let vcpus = model.shared.roster[guest]?.state.vcpus {
            let vcpu = model.shared.currentVCPU ?? -1
            #expect(vcpus.vcpus.contains(vcpu), sourceLocation: location)
            if !model.shared.isTiny {
                let layout = model.fleetLayout
                let row = layout.row(highestID: vcpus.vcpus.max ?? 0, noteWidth: 0)
                let cell = vcpu / row.perCell
                #expect((0..<layout.cellCount).contains(cell), sourceLocation: location)
            }
        }
        if !model.shared.isTiny {
            #expect(model.visibleRows.contains(row), sourceLocation: location)
        }
    }

    /// A canvas has no control character, and its columns add up.
    static func check(_ canvas: Canvas, sourceLocation: SourceLocation = #_sourceLocation) {
        for row in 0..<canvas.size.rows {
            let line = canvas.line(row)
            var column = 0
            while column < line.count {
                let cell = line[line.startIndex + column]
                guard cell.width > 0, column + cell.width <= line.count else {
                    Issue.record("broken cell at \(column), \(row)", sourceLocation: sourceLocation)
                    return
                }
                for scalar in cell.text.unicodeScalars {
                    let isPlain = scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)
                    let isAllowed = canvas.glyphs == .unicode || scalar.isASCII
                    guard isPlain, isAllowed else {
                        Issue.record(
                            "U+\(String(scalar.value, radix: 16))", sourceLocation: sourceLocation)
                        return
                    }
                }
                column += cell.width
            }
        }
    }
}
