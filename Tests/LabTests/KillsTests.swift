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
        let child = try Child([program, "run", "300", "15", "4"])
        child.closeInput()
        let finished = try child.finish(within: .seconds(120))
        #expect(finished.status == 0, "\(finished)")
        // Some of them came in the middle of a change.
        let died = try #require(finished.output.firstMatch(of: /ended and (\d+) died/))
        #expect(try #require(Int(died.1)) > 0, "\(finished.output)")
    }
}
