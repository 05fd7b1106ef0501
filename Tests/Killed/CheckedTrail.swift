import GuestVCPU
import Journal

/// The changes of one guest in the journal, each checked once against what the guest was.
struct CheckedTrail {
    private let source: String
    /// The vCPUs that were online after the last change that was checked.
    private var online: CPUMap
    private var last: ChangeID?
    private var died: ChangeID?

    init(source: String, online: CPUMap) {
        self.source = source
        self.online = online
    }

    /// Checks what is new, with no program at work on the guest.
    ///
    /// - Parameter now: The vCPUs that are online in the guest.
    /// - Returns: The change whose program died in the middle of it.
    mutating func check(
        _ contents: JournalContents, online now: CPUMap, _ tally: inout Tally
    ) -> ChangeID? {
        tally.skippedLines = max(tally.skippedLines, contents.skippedLines)
        let mine = contents.changes.filter { $0.source == source }
        var new = mine[...]
        var isKnown = true
        if let last {
            if let index = mine.firstIndex(where: { $0.id == last }) {
                new = mine[(index + 1)...]
            } else {
                // Both files went since, by the other guests' changes.
                tally.gaps += 1
                isKnown = false
            }
        }
        if let died, let change = contents[died], change.isUnsettled {
            tally.lies.append("a finding is not there: \(change)")
        }
        died = nil
        for change in new {
            if isKnown, change.before.online != online {
                tally.lies.append("\(online) before, and recorded as \(change)")
            }
            isKnown = true
            if change.end != nil {
                tally.ended += 1
                if let lie = Self.lie(of: change) { tally.lies.append(lie) }
                online = change.after?.online ?? now
            } else {
                if change.isUnderWay { tally.lies.append("its program is dead: \(change)") }
                if change.id != new.last?.id { tally.lies.append("not the last: \(change)") }
                if !Self.isBetween(now, change) {
                    tally.lies.append("\(now), which is no state of \(change)")
                }
                tally.died += 1
                if now == change.before.online {
                    tally.diedUnchanged += 1
                } else if now != Self.goal(of: change) {
                    tally.diedPartWay += 1
                }
                died = change.id
                online = now
            }
            last = change.id
        }
        if isKnown, online != now {
            tally.lies.append("the guest has \(now) online, and the journal says \(online)")
        }
        online = now
        return died
    }

    private static func goal(of change: RecordedChange) -> CPUMap {
        change.before.online.union(change.planned.online).subtracting(change.planned.offline)
    }

    private static func isBetween(_ online: CPUMap, _ change: RecordedChange) -> Bool {
        online.symmetricDifference(change.before.online).isSubset(of: change.planned.ids)
    }

    /// What is wrong with a recorded end.
    private static func lie(of change: RecordedChange) -> String? {
        guard let end = change.end, let after = end.after else { return "no reading: \(change)" }
        let isTrue =
            switch end.outcome {
            case .committed: after.online == goal(of: change)
            case .failed, .rolledBack: after.online == change.before.online
            case .partial: isBetween(after.online, change) && after.online != goal(of: change)
            default: false
            }
        return isTrue ? nil : "an outcome that is not so: \(change)"
    }
}
