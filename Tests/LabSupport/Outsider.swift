import Foundation
import Synchronization

/// The package `Tests/Outsider`, which uses the library as another program does.
public enum Outsider {
    private static let folder = Mutex<String?>(nil)

    /// Where a program of the package is; the package is built when first asked for.
    public static func path(of name: String) throws -> String {
        let folder = try folder.withLock { folder in
            if let folder { return folder }
            // `SCRATCH/TRIPLE/CONFIGURATION/PROGRAM`.
            let scratch = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
                .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            let child = try Child([script("outsider"), scratch.path])
            child.closeInput()
            let built = try child.finish(within: .seconds(400))
            guard built.status == 0, let line = built.output.split(separator: "\n").last else {
                throw LabError.ended(program: "swift build", log: built.errors)
            }
            folder = String(line)
            return String(line)
        }
        return "\(folder)/\(name)"
    }

    /// Runs the package's example, which names the socket `/run/qemu/web1.agent`, in a namespace where
    /// this path leads to an agent.
    public static func runExample(withAgentAt socket: String) throws -> Finished {
        let commands = """
            mount -t tmpfs tmpfs /run && mkdir /run/qemu && ln -s "$1" /run/qemu/web1.agent && exec "$2"
            """
        let child = try Child(
            ["unshare", "--mount"] + (getuid() == 0 ? [] : ["--map-root-user"])
                + ["sh", "-c", commands, "sh", socket, path(of: "Example")])
        child.closeInput()
        return try child.finish(within: .seconds(60))
    }
}
