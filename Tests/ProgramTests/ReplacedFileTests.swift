import Foundation
import Glibc
import LabSupport
import Testing

@testable import vcputop

@Suite("list --output replaces a file as a whole")
actor ReplacedFileTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private static let list = [
        "list", "--agent", "web1=/nonexistent", "--format", "prometheus", "--output",
    ]

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = try makeLabFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    private func contents(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }

    private func mode(_ path: String) -> UInt32 {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test("the file has what would have been printed, and nothing is printed")
    func written() throws {
        try withFolder { folder in
            for format in ["table", "json", "csv", "openmetrics", "prometheus"] {
                let list = ["list", "--agent", "web1=/nonexistent", "--format", format]
                let printed = try Program.run(list)
                let finished = try Program.run(list + ["--output", "\(folder)/a.prom"])
                #expect(finished.status == 0 && finished.output == "")
                #expect(finished.errors == printed.errors)
                func masked(_ text: String) -> String {
                    text.replacing(/"time":"[^"]*"/, with: "")
                }
                #expect(try masked(contents("\(folder)/a.prom")) == masked(printed.output))
                #expect(try files(folder) == ["a.prom"])
            }
        }
    }

    @Test("a source that does not answer is said, and the file has all the others")
    func failingSource() throws {
        try withFolder { folder in
            let finished = try Program.run(Self.list + ["\(folder)/a", "-c", "nosuch:///driver"])
            #expect(finished.status == 2 && finished.output == "")
            #expect(finished.errors.contains("cannot reach 'nosuch:///driver'"))
            #expect(try contents("\(folder)/a").contains("guest=\"web1\""))
        }
    }

    @Test("the mode is that of a new file, whatever the umask is and the old file had")
    func modes() throws {
        try withFolder { folder in
            for (umask, expected) in [
                ("022", 0o644), ("027", 0o640), ("077", 0o600), ("000", 0o644),
            ] {
                let child = try Child(
                    ["sh", "-c", "umask \(umask); exec \"$0\" \"$@\"", Program.path] + Self.list
                        + ["\(folder)/a"])
                #expect(try child.finish(within: .seconds(30)).status == 0)
                #expect(mode("\(folder)/a") == UInt32(expected), "\(umask)")
            }
        }
    }

    @Test(
        "a symbolic link stays, and what it leads to is replaced, also where that is not there yet")
    func links() throws {
        try withFolder { folder in
            let manager = FileManager.default
            try manager.createDirectory(
                atPath: "\(folder)/real", withIntermediateDirectories: false)
            try manager.createSymbolicLink(
                atPath: "\(folder)/one", withDestinationPath: "real/a.prom")
            try manager.createSymbolicLink(
                atPath: "\(folder)/two", withDestinationPath: "\(folder)/one")
            for _ in 0..<2 {
                #expect(try Program.run(Self.list + ["\(folder)/two"]).status == 0)
                #expect(try contents("\(folder)/real/a.prom").contains("web1"))
                try Data("old".utf8).write(to: URL(filePath: "\(folder)/real/a.prom"))
            }
            #expect(try manager.destinationOfSymbolicLink(atPath: "\(folder)/one") == "real/a.prom")
            #expect(try files(folder) == ["one", "real", "two"])
            #expect(try files("\(folder)/real") == ["a.prom"])
            try manager.createSymbolicLink(
                atPath: "\(folder)/loop", withDestinationPath: "loop")
            let loop = try Program.run(Self.list + ["\(folder)/loop"])
            #expect(loop.status == 74 && loop.errors.contains("Too many levels of symbolic links"))
        }
    }

    @Test("a path without a folder is in the working folder")
    func relative() throws {
        try withFolder { folder in
            let child = try Child(
                ["sh", "-c", "cd \(folder) && exec \"$0\" \"$@\"", Program.path] + Self.list
                    + ["a.prom"])
            #expect(try child.finish(within: .seconds(30)).status == 0)
            #expect(try files(folder) == ["a.prom"])
        }
    }

    @Test("only a regular file is replaced")
    func special() throws {
        try withFolder { folder in
            #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/null", withDestinationPath: "/dev/null")
            for path in ["\(folder)/pipe", "\(folder)/null", "/dev/stdout", folder] {
                let finished = try Program.run(Self.list + [path])
                #expect(finished.status == 74 && finished.output == "", "\(path)")
                #expect(
                    finished.errors.contains("cannot replace '\(path)': it is not a regular file"),
                    "\(finished.errors)")
            }
            #expect(try files(folder) == ["null", "pipe"])
        }
    }

    @Test("a failed write names the file and leaves no temporary file")
    func failures() throws {
        try withFolder { folder in
            let missing = try Program.run(Self.list + ["\(folder)/none/a.prom"])
            #expect(missing.status == 74 && missing.output == "")
            #expect(
                missing.errors.contains(
                    "cannot write '\(folder)/none/a.prom': No such file or directory"))

            try Data("old".utf8).write(to: URL(filePath: "\(folder)/a"))
            let limited = try Child(
                ["bash", "-c", "ulimit -f 0; exec \"$0\" \"$@\"", Program.path] + Self.list
                    + ["\(folder)/a"]
            ).finish(within: .seconds(30))
            #expect(limited.status == 74)
            #expect(limited.errors.contains("cannot write '\(folder)/a': File too large"))

            chmod(folder, 0o555)
            let denied = try Program.runBoundByModes(Self.list + ["\(folder)/a"])
            chmod(folder, 0o755)
            #expect(denied.status == 74)
            #expect(denied.errors.contains("cannot write '\(folder)/a': Permission denied"))
            #expect(try contents("\(folder)/a") == "old")
            #expect(try files(folder) == ["a"])
        }
    }

    @Test("a reader sees a whole file at every moment while --watch replaces it")
    func atomic() throws {
        try withFolder { folder in
            let path = "\(folder)/a.prom"
            let agents = (0..<300).flatMap { ["--agent", "web\($0)=/nonexistent/\($0)"] }
            let child = try Program.start(
                ["list", "--watch", "--interval", "0.1", "--format", "openmetrics"] + agents
                    + ["--output", path])
            defer { try? child.signal(SIGKILL) }
            try wait(for: "the file", within: .seconds(30)) {
                FileManager.default.fileExists(atPath: path)
            }
            var numbers: Set<UInt> = []
            try wait(for: "some replacements", within: .seconds(60)) {
                let text = try contents(path)
                #expect(text.hasPrefix("# TYPE") && text.hasSuffix("\n# EOF\n"))
                #expect(text.split(separator: "\n").count > 600)
                var status = stat()
                if stat(path, &status) == 0 { numbers.insert(status.st_ino) }
                return numbers.count >= 3
            }
            try child.signal(SIGTERM)
            let finished = try child.finish(within: .seconds(30))
            #expect(finished.output == "")
        }
    }

    @Test("each replacement of a CSV has its header")
    func header() throws {
        try withFolder { folder in
            let path = "\(folder)/a.csv"
            let child = try Program.start([
                "list", "--watch", "--interval", "0.1", "--agent", "web1=/nonexistent", "--format",
                "csv", "--output", path,
            ])
            defer { try? child.signal(SIGKILL) }
            var numbers: Set<UInt> = []
            try wait(for: "some replacements", within: .seconds(60)) {
                var status = stat()
                guard stat(path, &status) == 0 else { return false }
                numbers.insert(status.st_ino)
                let lines = try contents(path).split(separator: "\r\n")
                #expect(lines.count == 2)
                return numbers.count >= 3
            }
            try child.signal(SIGTERM)
            _ = try child.finish(within: .seconds(30))
        }
    }
}
