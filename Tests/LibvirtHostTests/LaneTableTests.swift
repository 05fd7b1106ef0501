import Testing

@testable import LibvirtHost

@Suite("Which agent call runs where")
struct LaneTableTests {
    @Test("a connection carries two calls, and then the next one is opened")
    func filling() {
        var table = LaneTable()
        #expect(table.admit(1, guest: "a") == .start(lane: 1))
        #expect(table.admit(2, guest: "b") == .start(lane: 1))
        #expect(table.admit(3, guest: "c") == .start(lane: 2))
        #expect(table.finish(1) == nil)
        #expect(table.admit(4, guest: "d") == .start(lane: 1))
    }

    @Test("more calls than all connections carry wait")
    func waiting() {
        var table = LaneTable()
        let most = LaneTable.mostLanes * LaneTable.mostCallsPerLane
        for id in 1...most {
            guard case .start = table.admit(id, guest: "\(id)") else {
                Issue.record("call \(id) has no connection")
                return
            }
        }
        #expect(table.admit(most + 1, guest: "x") == .wait)
        #expect(table.finish(1) == nil)
        #expect(table.admit(most + 1, guest: "x") == .start(lane: 1))
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
            #expect(table.admit(id, guest: "\(id)") == .start(lane: id))
            table.giveUp(id)
        }
        #expect(table.admit(100, guest: "x") == .exhausted)
        var closed: [Int] = []
        for id in 1...LaneTable.mostGivenUp {
            if let lane = table.finish(id) { closed.append(lane) }
        }
        #expect(closed.count == LaneTable.mostGivenUp - LaneTable.mostLanes)
        #expect(table.removeIdle().count == LaneTable.mostLanes)
        #expect(table.admit(101, guest: "x") == .start(lane: LaneTable.mostGivenUp + 1))
    }
}
