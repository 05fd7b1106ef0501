import Glibc
import Terminal
import Testing

@testable import vcputop

@Suite("Which signals are one act")
struct InterruptLogTests {
    /// Signals in order, each with the seconds since the first, and what the last one means.
    static let table: [([(Int32, Double)], InterruptLog.Meaning)] = [
        ([(SIGINT, 0)], .first),
        ([(SIGHUP, 0), (SIGHUP, 0.01)], .sameAct),
        ([(SIGHUP, 0), (SIGHUP, 60)], .sameAct),
        ([(SIGTERM, 0), (SIGHUP, 0)], .sameAct),
        ([(SIGTERM, 0), (SIGHUP, 5)], .sameAct),
        ([(SIGTERM, 0), (SIGTERM, 0.9)], .sameAct),
        ([(SIGINT, 0), (SIGINT, 1)], .sameAct),
        ([(SIGINT, 0), (SIGQUIT, 5)], .sameAct),
        ([(SIGINT, 0), (SIGINT, 1.001)], .endAtOnce),
        ([(SIGHUP, 0), (SIGTERM, 1.5)], .endAtOnce),
        ([(SIGINT, 0), (SIGINT, 0.5), (SIGINT, 1.2)], .endAtOnce),
        ([(SIGTERM, 0), (SIGHUP, 0.5), (SIGINT, 2)], .endAtOnce),
    ]

    @Test("a second act is an INT or TERM more than a second after the first", arguments: table)
    func meaning(of signals: [(Int32, Double)], _ meaning: InterruptLog.Meaning) {
        var log = InterruptLog()
        let meanings = signals.map { number, seconds in
            log.record(CaughtSignals.Signal(number, at: .seconds(100 + seconds)))
        }
        #expect(meanings.last == meaning)
        #expect(log.first?.number == signals.first?.0)
    }

    @Test("a change is never cut short before its notice has been written")
    func notice() {
        var log = InterruptLog()
        log.owesNotice = true
        #expect(log.record(CaughtSignals.Signal(SIGINT, at: .seconds(1))) == .first)
        #expect(log.record(CaughtSignals.Signal(SIGINT, at: .seconds(9))) == .sameAct)
        log.owesNotice = false
        #expect(log.record(CaughtSignals.Signal(SIGINT, at: .seconds(9))) == .endAtOnce)
    }
}
