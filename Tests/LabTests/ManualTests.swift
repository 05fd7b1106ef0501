import Foundation
import LabSupport
import Testing

@Suite actor ManualTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private static let page = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Assets/vcputop.1").standardized.path

    @Test("the man page in Assets is what the program prints: vcputop manual >Assets/vcputop.1")
    func current() throws {
        let printed = try Program.run(["manual"])
        #expect(printed.status == 0 && printed.errors.isEmpty)
        #expect(try String(contentsOfFile: Self.page, encoding: .utf8) == printed.output)
    }

    @Test("a formatter has nothing to say against it, and every option and key is on it")
    func formatted() throws {
        let groff = try Child(["groff", "-ww", "-man", "-Tutf8", "-P-cbou", Self.page])
            .finish(within: .seconds(30))
        #expect(groff.status == 0)
        #expect(groff.errors == "")
        for word in [
            "--agent NAME=PATH", "--keep-going", "--theme NAME", "rolledBack", "notRunning", "PgDn",
            "vcputop [dashboard]", "128+n",
        ] {
            #expect(groff.output.contains(word), "\(word)")
        }
    }
}
