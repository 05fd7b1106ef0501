import Foundation
import Glibc

/// A Debian without Swift and without libvirt, which a test may change.
///
/// What is written is in memory, and gone with it. It has processes of its own and no network (see
/// `Tests/Lab/held-root`).
public final class CleanRoot: Sendable {
    /// A release of Debian.
    public enum Release: String, CaseIterable, Sendable {
        case bookworm, trixie
    }

    private let tether: Tether
    /// The process that holds it.
    private let pid: Int32

    /// Makes one of a release.
    ///
    /// It takes a minute where the release was not fetched yet.
    public init(_ release: Release) throws {
        let fetching = try Child([script("clean-root"), release.rawValue])
        fetching.closeInput()
        let fetched = try fetching.finish(within: .seconds(500))
        guard fetched.status == 0, let root = fetched.output.split(separator: "\n").last else {
            throw LabError.ended(program: "clean-root", log: fetched.errors)
        }
        let folder = try makeLabFolder()
        let tether = try Tether([script("held-root"), folder, String(root)], in: folder)
        self.tether = tether
        try wait(for: "the root of \(release): \(tether.log)", within: .seconds(60)) {
            guard tether.isRunning else {
                throw LabError.ended(program: "held-root", log: tether.log)
            }
            return tether.log.contains("ready")
        }
        guard let holder = childProcesses(of: tether.pid).first else {
            throw LabError.unexpected("no process holds the root of \(release)")
        }
        pid = holder
    }

    /// Ends everything that runs in it.
    public func stop() throws { try tether.stop() }

    /// What goes before a command to run it inside, as an administrator's shell would.
    ///
    /// - Parameter variables: `NAME=VALUE`, what its environment has beside the usual.
    public func entrance(_ variables: String...) -> [String] {
        ["nsenter", "--target", "\(pid)", "--mount", "--pid", "--net", "--root", "--wd"]
            + ["env", "-i", "HOME=/root", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]
            + ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"] + variables
    }

    /// Runs a command inside.
    public func run(
        _ command: String..., within duration: Duration = .seconds(120)
    ) throws -> Finished {
        let child = try Child(entrance() + command)
        child.closeInput()
        return try child.finish(within: duration)
    }

    /// Where a file of it is for the tests.
    public func path(of file: String) -> String { "/proc/\(pid)/root\(file)" }
}
