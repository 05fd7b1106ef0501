import Foundation
import LabSupport
import Testing

/// What the dashboard saves, with the real agent in a real terminal.
@Suite actor SavedViewTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    @Test("W saves order and filter among comments, and the next dashboard begins with them")
    func saved() throws {
        let agent = try StagedAgent([0: .fixed, 1: .online, 2: .offline])
        defer { try? agent.stop() }
        let folder = "\(agent.folder)/config/vcputop"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let file = URL(filePath: "\(folder)/config.yaml")
        try Data("# Mine.\ninterval: 2  # calm\n".utf8).write(to: file)
        let environment = [
            "XDG_CONFIG_HOME": "\(agent.folder)/config", "XDG_STATE_HOME": agent.folder,
        ]
        func start() throws -> DashboardInTerminal {
            try DashboardInTerminal(
                ["--agent", "web=\(agent.socket)"], showing: ">web ", columns: 120,
                environment: environment)
        }

        let first = try start()
        defer { try? first.terminal.stop() }
        try first.press("W")
        try first.terminal.waitFor("W: nothing was changed here")
        try first.press("f")
        try first.terminal.type("offline>0")
        try first.press("Enter", "S", "]")
        try first.terminal.waitFor("RW 5s")
        try first.press("W")
        try first.terminal.waitFor("saved sort, filter, interval in \(file.path)")
        #expect(
            try String(contentsOf: file, encoding: .utf8) == """
                # Mine.
                interval: 5  # calm
                sort: "listed:reversed"
                filter: "offline>0"

                """)
        try first.press("q")
        #expect(try first.exitStatus() == 0)

        let second = try start()
        defer { try? second.terminal.stop() }
        try second.terminal.waitFor("RW 5s")
        try second.terminal.waitFor("offline>0")
        try second.press("W")
        try second.terminal.waitFor("W: nothing was changed here")
    }
}
