import Testing

@testable import LibvirtHost

@Suite("The table of lanes")
struct LaneTableTests {
    /// A table in which these guests have answered.
    private static func table(_ limits: LaneTable.Limits = .local, proven: String...) -> LaneTable {
        var table = LaneTable(limits)
        for (index, guest) in proven.enumerated() {
            _ = table.admit(-1 - index, .reading(guest))
            _ = table.finish(-1 - index, .answered)
        }
        return table
    }

    /// Holds calls to this many new guests.
    private static func hold(_ count: Int, in table: inout LaneTable) {
        for id in 1000..<1000 + count {
            guard case .start = table.admit(id, .reading("held \(id)"), hasWaited: true) else {
                Issue.record("call \(id) did not start")
                return
            }
            table.hold(id)
        }
    }

    @Test("a lane carries one call at a time, and a free lane is preferred to a new one")
    func filling() {
        var table = Self.table(proven: "p")
        #expect(table.admit(1, .reading("a")) == .start(lane: 1))
        #expect(table.admit(2, .reading("b")) == .start(lane: 2))
        #expect(table.finish(1, .answered) == nil)
        #expect(table.admit(3, .reading("c")) == .start(lane: 1))
    }

    @Test("until an agent has answered, a second lane opens only for a call that has waited")
    func firstAnswer() {
        var table = LaneTable(.local)
        #expect(table.addMain() == 1)
        #expect(table.admit(1, .host) == .start(lane: 1))
        #expect(table.admit(2, .reading("a")) == .wait)
        #expect(!table.hasLane(hasWaited: false) && table.hasLane(hasWaited: true))
        #expect(table.admit(2, .reading("a"), hasWaited: true) == .start(lane: 2))
        // Neither the host's own answer nor a late one counts as an answer of an agent.
        _ = table.finish(1, .answered)
        table.hold(2)
        _ = table.finish(2, .answered)
        table.remove(lane: 2)
        #expect(!table.hasAnswered)
        #expect(table.admit(3, .reading("a")) == .start(lane: 1))
        #expect(table.admit(4, .reading("b")) == .wait)
        _ = table.finish(3, .answered)
        #expect(table.hasAnswered)
        for (id, lane) in [(4, 1), (5, 3), (6, 4)] {
            #expect(table.admit(id, .reading("new \(id)")) == .start(lane: lane))
        }
        #expect(table.admit(7, .host) == .start(lane: 5))
        #expect(table.admit(8, .host) == .wait)
        // Another connection may lead to another daemon.
        table.remove(lane: 1)
        _ = table.addMain()
        #expect(!table.hasAnswered)
    }

    @Test("unproven guests are asked three at a time, and a lane stays free for proven ones")
    func unproven() {
        var table = Self.table(proven: "p", "q")
        #expect(table.admit(1, .reading("a")) == .start(lane: 1))
        #expect(table.admit(2, .reading("b")) == .start(lane: 2))
        #expect(table.admit(3, .reading("c")) == .start(lane: 3))
        #expect(table.admit(4, .reading("d"), hasWaited: true) == .wait)
        #expect(table.admit(5, .reading("p")) == .start(lane: 4))
        // One more lane is for changes and the host.
        #expect(table.admit(6, .reading("q"), hasWaited: true) == .wait)
        #expect(table.admit(7, .change("d")) == .wait)
        #expect(table.admit(7, .change("d"), hasWaited: true) == .start(lane: 5))
        #expect(table.admit(8, .change("q"), hasWaited: true) == .wait)
        #expect(!table.hasLane(hasWaited: true))
    }

    @Test("while a call hangs, unproven guests are asked two at a time")
    func unprovenBesideHung() {
        var table = Self.table(proven: "p")
        _ = table.admit(1, .reading("a"))
        table.hold(1)
        #expect(table.admit(2, .reading("b"), hasWaited: true) == .start(lane: 2))
        #expect(table.admit(3, .reading("c"), hasWaited: true) == .start(lane: 3))
        #expect(table.admit(4, .reading("d"), hasWaited: true) == .wait)
        // A call that is held makes room for the next unproven guest.
        table.hold(2)
        #expect(table.admit(4, .reading("d"), hasWaited: true) == .start(lane: 4))
        #expect(table.admit(5, .reading("e"), hasWaited: true) == .wait)
        _ = table.finish(1, .answered)
        _ = table.finish(2, .answered)
        #expect(table.admit(5, .reading("e"), hasWaited: true) == .start(lane: 1))
    }

    @Test("a host over ssh gets one lane, and another only where a call has waited")
    func overSSH() {
        var table = Self.table(.ssh, proven: "p")
        #expect(table.admit(1, .reading("a")) == .start(lane: 1))
        #expect(table.admit(2, .reading("b"), hasWaited: true) == .wait)
        #expect(table.admit(3, .reading("p")) == .wait)
        #expect(table.admit(3, .reading("p"), hasWaited: true) == .start(lane: 2))
    }

    @Test("a held call blocks its lane and its guest until it returns")
    func holding() {
        var table = Self.table(proven: "p")
        #expect(table.admit(1, .reading("a")) == .start(lane: 1))
        table.hold(1)
        #expect(table.hasLane(hasWaited: false))
        #expect(table.admit(2, .reading("a")) == .held)
        #expect(table.admit(2, .change("a")) == .held)
        #expect(table.admit(3, .reading("b")) == .start(lane: 2))
        #expect(table.finish(1, .answered) == nil)
        // A late answer does not prove the guest.
        #expect(!table.isProven("a"))
        #expect(table.admit(4, .reading("a")) == .start(lane: 1))
        #expect(table.finish(4, .answered) == nil)
        #expect(table.isProven("a"))
    }

    @Test("a call that has returned cannot be held")
    func returned() {
        var table = LaneTable(.local)
        _ = table.admit(1, .reading("a"))
        _ = table.finish(1, .answered)
        table.hold(1)
        #expect(table.isProven("a"))
        #expect(table.admit(2, .reading("a")) == .start(lane: 1))
    }

    @Test("held calls limit further calls, first those to unproven guests")
    func limits() {
        var table = Self.table(proven: "p", "q", "r", "s")
        let most = LaneTable.mostHeld
        Self.hold(most.unproven, in: &table)
        #expect(table.admit(1, .reading("new"), hasWaited: true) == .refused)
        for (id, guest) in [(2, "p"), (3, "q")] {
            guard case .start = table.admit(id, .reading(guest), hasWaited: true) else {
                Issue.record("a proven guest is not asked")
                return
            }
            table.hold(id)
        }
        #expect(most.proven == most.unproven + 2)
        #expect(table.admit(4, .reading("r"), hasWaited: true) == .refused)
        for id in 5..<5 + most.changes - most.proven {
            guard case .start = table.admit(id, .change("\(id)"), hasWaited: true) else {
                Issue.record("a change is not made")
                return
            }
            table.hold(id)
        }
        #expect(table.admit(20, .change("s"), hasWaited: true) == .refused)
        // The host's own calls have a limit of their own.
        for id in 30..<30 + most.host {
            guard case .start = table.admit(id, .host, hasWaited: true) else {
                Issue.record("the host is not asked")
                return
            }
            table.hold(id)
        }
        #expect(table.admit(40, .host, hasWaited: true) == .refused)
        _ = table.finish(30, .answered)
        #expect(table.heldHostCalls == 1)
        // Calls that return make room.
        for id in 1000..<1003 { _ = table.finish(id, .answered) }
        #expect(table.admit(41, .reading("r"), hasWaited: true) != .refused)
    }

    @Test("guests that hang elsewhere count as held, and are asked one at a time")
    func remembered() {
        var table = Self.table(proven: "p")
        let guests = (1...LaneTable.mostHeld.unproven).map { "r\($0)" }
        table.remember(Set(guests))
        #expect(table.heldAgentCalls == guests.count)
        #expect(table.admit(1, .reading("new"), hasWaited: true) == .refused)
        #expect(table.admit(2, .reading("r1")) == .start(lane: 1))
        #expect(table.admit(3, .reading("r2")) == .wait)
        table.hold(2)
        #expect(table.admit(3, .reading("r2")) == .held)
        // libvirt could not get the lock: it still hangs.
        _ = table.finish(2, .unanswered)
        #expect(table.remembered.contains("r1"))
        #expect(table.admit(3, .reading("r2")) == .start(lane: 1))
        _ = table.finish(3, .answered)
        #expect(!table.remembered.contains("r2"))
        #expect(table.isProven("r2"))
        // A user asked for the change, so it is made.
        #expect(table.admit(4, .change("r3")) == .start(lane: 1))
        table.isProbedElsewhere = true
        #expect(table.admit(5, .reading("r4")) == .held)
        table.forget("r4")
        #expect(table.admit(6, .reading("r4"), hasWaited: true) == .start(lane: 2))
    }

    @Test("a held call whose connection was lost still hangs in the daemon")
    func lost() {
        var table = LaneTable(.local)
        _ = table.admit(1, .reading("a"))
        table.hold(1)
        _ = table.finish(1, .lost)
        #expect(table.remembered == ["a"])
        _ = table.admit(2, .reading("b"))
        _ = table.finish(2, .lost)
        #expect(table.remembered == ["a"])
    }

    @Test("surplus lanes close after their calls have returned, except the main lane")
    func closing() {
        var table = LaneTable(.local)
        let main = table.addMain()
        Self.hold(8, in: &table)
        let closed = Set((1000..<1008).compactMap { table.finish($0, .answered) })
        #expect(closed.count == 8 - table.limits.most - 1 && !closed.contains(main))
        #expect(table.removeIdle().count == table.limits.most)
        table.releaseMain()
        #expect(table.removeIdle() == [main])
    }
}
