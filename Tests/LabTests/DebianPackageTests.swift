import Foundation
import Glibc
import LabSupport
import Testing

/// The file that `Assets/package` makes of the program under test, which has to be a static one.
@Suite(.serialized, .timeLimit(.minutes(10)))
actor DebianPackageTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private func run(_ command: String...) throws -> Finished {
        let child = try Child(command)
        child.closeInput()
        return try child.finish(within: .seconds(300))
    }

    @Test("lintian finds no error and no warning")
    func lintian() throws {
        let checked = try run(
            "lintian", "--allow-root", "--fail-on", "error,warning", try DebianPackage.path())
        #expect(checked.status == 0 && checked.output == "", "\(checked)")
    }

    @Test("another user in another place, zone and language makes the same bytes")
    func reproducible() throws {
        let folder = try makeLabFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // The user may not reach where the tests' program is.
        let program = "\(folder)/vcputop"
        try FileManager.default.copyItem(atPath: Program.path, toPath: program)
        chmod(folder, 0o777)
        var asAnother = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        let reads = asAnother + ["test", "-r", Repository.path(of: "Assets/package")]
        let canRead = try Child(reads).finish(within: .seconds(30)).status == 0
        if !canRead { asAnother = [] }
        let path = try DebianPackage.make(
            in: "\(folder)/made", of: program,
            by: asAnother + [
                "env", "-C", "/", "-u", "HOME", "TZ=Asia/Tokyo", "LC_ALL=C", "TMPDIR=\(folder)",
                "bash", "-c", "umask 077; exec \"$@\"", "bash",
            ])
        let made = try Data(contentsOf: URL(filePath: path))
        let first = try Data(contentsOf: URL(filePath: try DebianPackage.path()))
        #expect(made == first)
    }

    @Test("it holds what belongs to an installed program, and all of it is root's")
    func contents() throws {
        let listed = try run("dpkg-deb", "-c", try DebianPackage.path())
        let rows = listed.output.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(rows.allSatisfy { $0.count == 6 && $0[1] == "root/root" }, "\(listed)")
        let files = rows.filter { $0[0].hasPrefix("-") }
        for file in files {
            #expect(file[0] == (file[5] == "./usr/bin/vcputop" ? "-rwxr-xr-x" : "-rw-r--r--"))
        }
        let assets = try FileManager.default.contentsOfDirectory(
            atPath: Repository.path(of: "Assets"))
        let pages = assets.filter { $0.contains(/\.[1-9]$/) }
        let schemas = assets.filter { $0.hasSuffix(".schema.json") }
        #expect(!pages.isEmpty && !schemas.isEmpty)
        let expected =
            [
                "usr/bin/vcputop", "etc/vcputop/config.yaml", "usr/share/doc/vcputop/copyright",
                "usr/share/doc/vcputop/changelog.gz",
                "usr/share/bash-completion/completions/vcputop",
                "usr/share/zsh/vendor-completions/_vcputop",
                "usr/share/fish/vendor_completions.d/vcputop.fish",
            ] + pages.map { "usr/share/man/man\($0.suffix(1))/\($0).gz" }
            + schemas.map { "usr/share/vcputop/\($0)" }
        #expect(files.map { $0[5].dropFirst(2) }.sorted() == expected.map { $0[...] }.sorted())
    }

    @Test("a crash report can name functions of the stripped program")
    func names() throws {
        let folder = try makeLabFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = """
            set -e
            dpkg-deb -x "$1" "$2"
            objcopy --dump-section .gnu_debugdata="$2/names.xz" "$2/usr/bin/vcputop" "$2/copy"
            xz -d "$2/names.xz"
            nm "$2/names" | grep -c ' [tT] '
            nm "$2/names" | grep -c '[tT] vcputop_main$\\|[tT] main$'
            """
        let read = try run("bash", "-c", script, "bash", try DebianPackage.path(), folder)
        let counts = read.output.split(separator: "\n").compactMap { Int($0) }
        try #require(read.status == 0 && counts.count == 2, "\(read)")
        #expect(counts[0] > 1_000 && counts[1] >= 1)
    }

    @Test("the copyright file names every package that the program is linked with")
    func licenses() throws {
        let manifest = try Repository.text(of: "Package.swift")
        let shipped = manifest.prefix(
            upTo: manifest.firstRange(of: "// For tests alone")?.lowerBound ?? manifest.endIndex)
        let packages = shipped.matches(of: /url: "[^"]*\/([^"\/]+)"/).map(\.1)
        #expect(packages.count >= 3)
        let copyright = try Repository.text(of: "Assets/debian/copyright")
        for package in packages { #expect(copyright.contains("Files: \(package)/*\n")) }
    }
}
