import Foundation
import LabSupport
import Testing

/// Programs that are killed at random moments of a change; `Tests/kills` does it many more times.
@Suite actor KillsTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    @Test("after each kill the journal can be read, and says what was done to the guest")
    func kills() throws {
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(component: "Killed").path
        // Some have to come in the middle of a change.
        for turn in 1...4 {
            let child = try Child([program, "run", "300", "15", "4"])
            child.closeInput()
            let finished = try child.finish(within: .seconds(120))
            #expect(finished.status == 0, "\(finished)")
            let died = try #require(finished.output.firstMatch(of: /ended and (\d+) died/))
            if try #require(Int(died.1)) > 0 { break }
            #expect(turn < 4, "\(finished.output)")
        }
    }
}
