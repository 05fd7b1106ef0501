import Testing

@testable import LibvirtHost

@Suite("Which agent call runs where")
struct LaneTableTests {
    @Test("a connection carries one call at a time, and is used again before another is opened")
    func filling() {
        var table = LaneTable()
        #expect(table.admit(1, guest: "a") == .start(lane: 1))
        #expect(table.admit(2, guest: "b") == .start(lane: 2))
        #expect(table.finish(1) == nil)
        #expect(table.admit(3, guest: "c") == .start(lane: 1))
    }

    @Test("a call waits for one of a few connections first, and then while there are the most")
    func waiting() {
        var table = LaneTable()
        let (few, most) = (LaneTable.fewLanes, LaneTable.mostLanes)
        for id in 1...few { #expect(table.admit(id, guest: "\(id)") == .start(lane: id)) }
        for id in few + 1...most {
            #expect(table.admit(id, guest: "\(id)") == .wait)
            #expect(table.admit(id, guest: "\(id)", hasWaited: true) == .start(lane: id))
        }
        #expect(table.admit(most + 1, guest: "x", hasWaited: true) == .wait)
        #expect(table.finish(most) == nil)
        // One that is open is there for all.
        #expect(table.admit(most + 1, guest: "x") == .start(lane: most))
    }

    @Test("a call that was given up closes its connection to others and its guest to all")
    func givingUp() {
        var table = LaneTable()
        #expect(table.admit(1, guest: "a") == .start(lane: 1))
        table.giveUp(1)
        #expect(table.admit(2, guest: "a") == .quarantined)
        #expect(table.admit(3, guest: "b") == .start(lane: 2))
        // It returns after all: guest and connection are as good as new.
        #expect(table.finish(1) == nil)
        #expect(table.admit(4, guest: "a") == .start(lane: 1))
    }

    @Test("a call that has returned cannot be given up")
    func returned() {
        var table = LaneTable()
        _ = table.admit(1, guest: "a")
        #expect(table.finish(1) == nil)
        table.giveUp(1)
        #expect(table.admit(2, guest: "a") == .start(lane: 1))
    }

    @Test("no more calls hang than allowed, and connections that are too many are closed")
    func bounds() {
        var table = LaneTable()
        for id in 1...LaneTable.mostGivenUp {
            #expect(table.admit(id, guest: "\(id)", hasWaited: true) == .start(lane: id))
        }
        for id in 1...LaneTable.mostGivenUp - 1 { table.giveUp(id) }
        // The most that can be in flight beside those that hang.
        for id in 100..<100 + LaneTable.mostLanes - 1 {
            guard case .start = table.admit(id, guest: "\(id)", hasWaited: true) else {
                Issue.record("call \(id) has no connection")
                return
            }
        }
        table.giveUp(LaneTable.mostGivenUp)
        #expect(table.admit(200, guest: "x") == .exhausted)

        let all = Array(1...LaneTable.mostGivenUp) + Array(100..<100 + LaneTable.mostLanes - 1)
        let closed = Set(all.compactMap { table.finish($0) })
        #expect(closed.count == all.count - LaneTable.mostLanes)
        #expect(table.removeIdle().count == LaneTable.mostLanes)
    }
}
