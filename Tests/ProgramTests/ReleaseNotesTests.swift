import Foundation
import LabSupport
import Testing

@testable import vcputop

@Suite("The release notes")
actor ReleaseNotesTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private func notes() throws -> String { try Repository.text(of: "Assets/debian/changelog") }

    @Test("begin with the release that the program says it is of")
    func number() throws {
        let version = try Program.run(["--version"])
        #expect(version.status == 0)
        let printed = version.output.trimmingCharacters(in: .newlines)
        #expect(printed == "vcputop \(Release.number)")
        let first = try notes().prefix { $0 != "\n" }
        #expect(first == "vcputop (\(Release.number)) unstable; urgency=medium")
    }

    @Test("have the date that the man page is of")
    func date() throws {
        let lines = try notes().split(separator: "\n")
        let trailer = try #require(lines.first { $0.hasPrefix(" -- ") })
        // As Debian writes it: `Thu, 26 Nov 2026 12:00:00 +0000`.
        let date = try #require(trailer.firstRange(of: ">  ").map { trailer[$0.upperBound...] })
        let form = DateFormatter()
        form.locale = Locale(identifier: "en_US_POSIX")
        form.timeZone = TimeZone(secondsFromGMT: 0)
        form.dateFormat = "EEE, dd MMM yyyy HH:mm:ss Z"
        let instant = try #require(form.date(from: String(date)), "\(date)")
        form.dateFormat = "yyyy-MM-dd"
        #expect(form.string(from: instant) == Release.date)
    }
}
