import Foundation
import Glibc
import LabSupport
import Testing

extension LibvirtTests {
    /// The file that remembers which guests hang, where something hostile is in its place.
    @Suite(.serialized) actor RuntimeFileTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test(
            "whatever is in place of the file, guests are listed, and it is left as it is",
            arguments: ["pipe", "link", "link of the folder", "another's file", "garbage"])
        func hostile(kind: String) throws {
            let lab = try LibvirtLab.shared()
            let runtime = "\(lab.daemon.folder)/runtime-\(UUID())"
            let (folder, target) = ("\(runtime)/vcputop", "\(runtime)/target")
            let file = "\(folder)/hung-guests"
            // A whole line of a guest that hangs, but for its number.
            let data = Data("1\t0\tx\tguest\tdaemon\t\(lab.daemon.uri)\n".utf8)
            #expect(mkdir(runtime, 0o700) == 0)
            if kind == "link of the folder" {
                #expect(mkdir(target, 0o700) == 0 && symlink(target, folder) == 0)
                try write(data, to: "\(target)/hung-guests")
            } else {
                #expect(mkdir(folder, 0o700) == 0)
                try write(data, to: target)
                switch kind {
                case "pipe": #expect(mkfifo(file, 0o600) == 0)
                case "link": #expect(symlink(target, file) == 0)
                default: try write(data, to: file)
                }
                // Only root can give a file away; to others their own one is as good.
                if kind == "another's file" { _ = chown(file, 4711, 4711) }
            }

            let finished = try Program.run(
                ["list", "--json", "-c", lab.daemon.uri],
                environment: ["XDG_RUNTIME_DIR": runtime])
            #expect(finished.status == 0 && finished.errors.isEmpty)
            let guests = try finished.report(ListReport.self).guests
            #expect(guests.allSatisfy { $0.agent.status == "ok" } && guests.count == 2)

            let isFolder = kind == "link of the folder"
            let left = isFolder ? "\(target)/hung-guests" : target
            #expect(FileManager.default.contents(atPath: left) == data)
            if kind == "another's file", getuid() == 0 {
                #expect(FileManager.default.contents(atPath: file) == data)
            }
            if kind == "garbage" {
                #expect(FileManager.default.contents(atPath: file) == Data())
            }
        }

        private func write(_ data: Data, to path: String) throws {
            try data.write(to: URL(filePath: path))
            #expect(chmod(path, 0o600) == 0)
        }
    }
}
