import Foundation
import LabSupport
import Testing

@Suite actor ManualTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    enum Page: String, CaseIterable {
        case vcputop
        case config

        var path: String {
            let name = self == .vcputop ? "vcputop.1" : "vcputop-config.5"
            return URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "../../Assets/\(name)").standardized.path
        }
    }

    @Test(
        "the man pages in Assets are what the program prints: vcputop manual PAGE >Assets/FILE",
        arguments: Page.allCases)
    func current(_ page: Page) throws {
        let printed = try Program.run(["manual", page.rawValue])
        #expect(printed.status == 0 && printed.errors.isEmpty)
        #expect(try String(contentsOfFile: page.path, encoding: .utf8) == printed.output)
        if page == .vcputop { #expect(try Program.run(["manual"]).output == printed.output) }
    }

    @Test("two formatters have nothing to say against them", arguments: Page.allCases)
    func formatted(_ page: Page) throws {
        let groff = try formattedByGroff(page)
        #expect(groff.status == 0)
        #expect(groff.errors == "")
        let mandoc = try Child(["mandoc", "-Tlint", "-Wwarning", page.path])
            .finish(within: .seconds(30))
        #expect(mandoc.status == 0, "\(mandoc.output)\(mandoc.errors)")
        #expect(mandoc.output == "")
    }

    @Test("every option, key and outcome is on the first, every key of a file on the second")
    func complete() throws {
        let first = try formattedByGroff(.vcputop).output
        for word in [
            "--agent NAME=PATH", "--keep-going", "--theme NAME", "rolledBack", "notRunning", "PgDn",
            "vcputop [dashboard]", "128+n", "qemu-server/104.qga", "server=on,wait=off",
            "vcputop-config(5)", "checks[].result", "WAIT%",
        ] {
            #expect(first.contains(word), "\(word)")
        }
        // Between words a line can end.
        let second = try formattedByGroff(.config).output.split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        for word in ["read-only", "0.1 to 3600 seconds", "colour-blind", "vcputop(1)", "problems"] {
            #expect(second.contains(word), "\(word)")
        }
    }

    private func formattedByGroff(_ page: Page) throws -> Finished {
        try Child(["groff", "-ww", "-man", "-Tutf8", "-P-cbou", page.path])
            .finish(within: .seconds(30))
    }
}
