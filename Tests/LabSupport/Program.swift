import Foundation
import Glibc

/// The program under test: as built beside these tests, or the one that VCPUTOP_PROGRAM names.
public enum Program {
    /// Where it is.
    public static var path: String {
        ProcessInfo.processInfo.environment["VCPUTOP_PROGRAM"]
            ?? URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(component: "vcputop").path
    }

    /// Starts it, with nothing to read.
    public static func start(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> Child {
        let child = try Child([path] + arguments, environment: environment)
        child.closeInput()
        return child
    }

    /// Runs it to its end, with nothing to read.
    ///
    /// - Throws: `LabError.late` when it has not ended in time; it is killed then.
    public static func run(
        _ arguments: [String], environment: [String: String] = [:],
        within duration: Duration = .seconds(30)
    ) throws -> Finished {
        try start(arguments, environment: environment).finish(within: duration)
    }

    /// Runs it bound by the modes of files, as root is not by itself.
    public static func runBoundByModes(
        _ arguments: [String], within duration: Duration = .seconds(30)
    ) throws -> Finished {
        let bounds = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
        let child = try Child((getuid() == 0 ? bounds : []) + [path] + arguments)
        child.closeInput()
        return try child.finish(within: duration)
    }

    /// The folders of Swift's libraries, should it need any.
    static func libraryFolders() throws -> [String] {
        let child = try Child(["ldd", path])
        child.closeInput()
        let lines = try child.finish(within: .seconds(30)).output.split(separator: "\n")
        return Set(
            lines.compactMap { line in
                line.split(separator: " ").first { $0.hasPrefix("/") && $0.contains("libswift") }
                    .map { URL(filePath: String($0)).deletingLastPathComponent().path }
            }
        ).sorted()
    }

    /// Runs it where another process of the lab sees files and processes.
    ///
    /// - Parameter isOrdinaryUser: Whether it runs as a user without any rights; needs root.
    public static func run(
        _ arguments: [String], besideProcess pid: Int32, environment: [String: String] = [:],
        isOrdinaryUser: Bool = false, within duration: Duration = .seconds(30)
    ) throws -> Finished {
        // The lab of who is not root is in a user namespace of his own.
        let there =
            ["nsenter", "--target", "\(pid)", "--mount", "--pid", "--root"]
            + (getuid() == 0 ? [] : ["--user"])
        let user =
            isOrdinaryUser
            ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        // Root's own files are closed to it.
        let home = isOrdinaryUser ? ["HOME": "/nonexistent", "XDG_CONFIG_HOME": ""] : [:]
        let child = try Child(
            there + user + [path] + arguments,
            environment: home.merging(environment) { $1 })
        child.closeInput()
        return try child.finish(within: duration)
    }
}
