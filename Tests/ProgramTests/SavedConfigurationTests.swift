import Dashboard
import Foundation
import Glibc
import LabSupport
import Testing

@testable import vcputop

@Suite("The file that the dashboard saves in")
actor SavedConfigurationTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = try makeLabFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    private func contents(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }

    private func status(_ path: String) throws -> stat {
        var status = stat()
        guard stat(path, &status) == 0 else { throw LabError.system(call: "stat", errno: errno) }
        return status
    }

    @Test("folders and file are made, for the user alone, and the program reads what was saved")
    func new() async throws {
        try await withFolder { folder in
            let path = "\(folder)/a/b/config.yaml"
            let end = await SavedConfiguration(path: path).save([
                .columns(["auto", "online", "-wait"]), .order("wait:reversed"),
                .filter("not problem # x"),
                .interval(.milliseconds(250)), .mouse(true),
            ])
            #expect(end == .saved)
            #expect(try status("\(folder)/a").st_mode & 0o7777 == 0o700)
            let printed = try Program.run(["--config", path, "config"]).output
                .split(separator: "\n").map { line in
                    line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
                }
            for line in [
                "columns: [auto, online, -wait]", "sort: \"wait:reversed\"", "interval: 0.25",
                "mouse: true",
            ] {
                #expect(printed.contains(line), "\(line) of \(printed)")
            }
            #expect(try contents(path).contains("filter: \"not problem # x\"\n"))
        }
    }

    @Test("another program that keeps the folder locked is waited for no longer than said")
    func locked() async throws {
        try await withFolder { folder in
            let path = "\(folder)/config.yaml"
            let other = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
            let end = await SavedConfiguration(path: path).save([.mouse(true)])
            #expect(end == .failed("another program keeps '\(folder)/' locked"))
            close(other)
            // A save that was refused does not come later.
            #expect(await SavedConfiguration(path: path).save([.order("wait")]) == .saved)
            let saved = try contents(path)
            #expect(saved.contains("sort: ") && !saved.contains("mouse"))
        }
    }

    @Test("comments, mode, owner and a link stay")
    func kept() async throws {
        try await withFolder { folder in
            let path = "\(folder)/real.yaml"
            try write("# mine\ninterval: 1 # slow\n", to: path)
            #expect(chmod(path, 0o640) == 0)
            if getuid() == 0 { #expect(chown(path, 12, 34) == 0) }
            let owner = try status(path)
            #expect(symlink("real.yaml", "\(folder)/config.yaml") == 0)
            let end = await SavedConfiguration(path: "\(folder)/config.yaml").save([
                .interval(.seconds(5))
            ])
            #expect(end == .saved)
            #expect(try contents(path) == "# mine\ninterval: 5 # slow\n")
            let after = try status(path)
            #expect(after.st_mode == owner.st_mode)
            #expect(after.st_uid == owner.st_uid && after.st_gid == owner.st_gid)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                    == ["config.yaml", "real.yaml"])
        }
    }

    @Test("a file that cannot be changed stays as it is, and the reason names its line")
    func refused() async throws {
        try await withFolder { folder in
            let path = "\(folder)/config.yaml"
            for (text, reason) in [
                ("interval:\n  # why\n  1\n", "\(path):1: the value of 'interval' has a comment"),
                ("timeout: 3\nintervall: 1\n", "\(path):2: no key 'intervall'"),
                ("a\n", "\(path):1: "),
            ] {
                try write(text, to: path)
                let end = await SavedConfiguration(path: path).save([.interval(.seconds(5))])
                guard case .failed(let message) = end else {
                    Issue.record("'\(text)' was changed")
                    continue
                }
                #expect(message.hasPrefix(reason), "\(message)")
                #expect(try contents(path) == text)
            }
            let under = await SavedConfiguration(path: "\(path)/c.yaml").save([.mouse(true)])
            #expect(under == .failed("cannot write '\(path)/c.yaml': Not a directory"))
            let full = await SavedConfiguration(path: "/proc/c.yaml").save([.mouse(true)])
            #expect(full != .saved)
        }
    }

    @Test("of two that save at the same time neither loses what the other one saved")
    func together() async throws {
        try await withFolder { folder in
            for _ in 0..<20 {
                let path = "\(folder)/\(UUID().uuidString).yaml"
                async let one = SavedConfiguration(path: path).save([.mouse(true)])
                async let other = SavedConfiguration(path: path).save([.interval(.seconds(9))])
                #expect(await one == .saved)
                #expect(await other == .saved)
                let text = try contents(path)
                #expect(text.contains("mouse: true") && text.contains("interval: 9"), "\(text)")
            }
        }
    }
}
