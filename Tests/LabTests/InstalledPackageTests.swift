import Foundation
import Glibc
import LabSupport
import Testing

/// The Debian package of the program under test, which has to be a static one, on clean roots of the
/// releases that it is for.
@Suite(
    .serialized, .timeLimit(.minutes(10)),
    .enabled(if: getuid() == 0, "only root installs packages"))
actor InstalledPackageTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private static let configuration = "/etc/vcputop/config.yaml"

    @Test(
        "a root has what it says: Debian's release, and neither Swift nor libvirt",
        arguments: CleanRoot.Release.allCases)
    func clean(release: CleanRoot.Release) throws {
        let root = try CleanRoot(release)
        defer { try? root.stop() }
        let name = try root.run("sh", "-c", ". /etc/os-release; echo $VERSION_CODENAME")
        #expect(name.output == "\(release.rawValue)\n")
        let foreign = try root.run(
            "find", "/", "-xdev", "(", "-iname", "*libswift*", "-o", "-name", "libvirt*", "-o",
            "-name", "vcputop*", ")")
        #expect(foreign.output == "", "\(foreign)")
    }

    @Test(
        "it installs, works, keeps an edited configuration, and leaves nothing",
        arguments: CleanRoot.Release.allCases)
    func life(release: CleanRoot.Release) throws {
        let root = try CleanRoot(release)
        defer { try? root.stop() }
        let before = try files(of: root)
        #expect(before.count > 1_000)
        try FileManager.default.copyItem(
            atPath: try DebianPackage.path(), toPath: root.path(of: "/root/vcputop.deb"))

        try apt(root, "install", "/root/vcputop.deb")
        #expect(try root.run("dpkg", "--verify", "vcputop").output == "")
        try commands(of: root)
        try demo(in: root)
        try completions(in: root)

        let edited = "interval: 2\n"
        let configuration = URL(filePath: root.path(of: Self.configuration))
        try Data(edited.utf8).write(to: configuration)
        try apt(root, "install", "--reinstall", "/root/vcputop.deb")
        #expect(try String(contentsOf: configuration, encoding: .utf8) == edited)
        let inForce = try root.run("vcputop", "config")
        #expect(
            inForce.output.contains(/interval: 2 +# \/etc\/vcputop\/config.yaml:1\n/), "\(inForce)")

        try apt(root, "remove", "vcputop")
        #expect(try String(contentsOf: configuration, encoding: .utf8) == edited)
        #expect(try root.run("sh", "-c", "command -v vcputop").status != 0)

        try apt(root, "autoremove", "--purge", "vcputop")
        #expect(try root.run("rm", "/root/vcputop.deb").status == 0)
        let after = try files(of: root)
        #expect(after.subtracting(before) == [])
        #expect(before.subtracting(after) == [])
        #expect(try root.run("find", "/", "-xdev", "-iname", "*vcputop*").output == "")
    }

    // MARK: - What is installed

    private func commands(of root: CleanRoot) throws {
        let version = try root.run("vcputop", "--version")
        #expect(version.output == (try Program.run(["--version"]).output) && version.status == 0)
        let list = try root.run("vcputop", "list")
        // There is no guest here, which is no error.
        #expect(list.status == 0 && list.errors.contains("try 'vcputop demo'"), "\(list)")
        let remote = try root.run("vcputop", "list", "-c", "qemu:///system")
        #expect(remote.status == 2)
        #expect(remote.errors.contains("'qemu:///system': libvirt is not installed"), "\(remote)")

        let pages = try root.run("sh", "-c", "dpkg -L vcputop | grep '/man/.*gz$'").output
            .split(separator: "\n")
        #expect(!pages.isEmpty)
        for page in pages {
            let shown = try root.run("man", "--warnings", String(page))
            #expect(shown.status == 0 && shown.errors == "", "\(page): \(shown.errors)")
            #expect(shown.output.contains("NAME"))
        }
        #expect(try root.run("whatis", "vcputop").output.contains("guests"))
    }

    private func demo(in root: CleanRoot) throws {
        let dashboard = try DashboardInTerminal(
            ["demo"], showing: "web-01", program: root.entrance("TERM=screen") + ["vcputop"])
        defer { try? dashboard.terminal.stop() }
        // Until a guest is read it can have no mark, and until then others are where the cursor is.
        try dashboard.waitFor("8/8", inRowOf: "web-02")
        try dashboard.select("web-02")
        try dashboard.press("Right", "Space")
        try dashboard.terminal.waitFor("1 marked", within: .seconds(30))
        try dashboard.press("c")
        try dashboard.commit(expecting: "committed")
        try dashboard.press("Escape")
        try dashboard.waitFor("7/8", inRowOf: "web-02")
        try dashboard.press("q")
        #expect(try dashboard.exitStatus() == 0)
        #expect(try dashboard.damage() == [])
    }

    /// Every shell that is there finds the completions by itself.
    private func completions(in root: CleanRoot) throws {
        let bash = """
            . /usr/share/bash-completion/bash_completion
            _completion_loader vcputop
            complete -p vcputop
            """
        let zsh = "autoload -Uz compinit; compinit -D; whence -v $_comps[vcputop]"
        for (shell, script, expected) in [
            ("bash", bash, "vcputop"), ("zsh", zsh, "_vcputop"),
            ("fish", "complete --do-complete 'vcputop '", "demo"),
        ] where FileManager.default.isExecutableFile(atPath: root.path(of: "/usr/bin/\(shell)")) {
            // fish makes folders in its home.
            let command = root.entrance("HOME=/var/cache") + [shell, "-c", script]
            let loaded = try Child(command).finish(within: .seconds(60))
            #expect(loaded.status == 0 && loaded.errors == "", "\(shell): \(loaded)")
            #expect(loaded.output.contains(expected), "\(shell): \(loaded)")
        }
    }

    // MARK: - The lab

    private func apt(_ root: CleanRoot, _ arguments: String...) throws {
        let command = ["apt-get", "-y", "-o", "APT::Sandbox::User=root"] + arguments
        let child = try Child(root.entrance() + command)
        child.closeInput()
        let ended = try child.finish(within: .seconds(180))
        try #require(ended.status == 0, "\(ended.output)\(ended.errors)")
        // A warning of dpkg is about the package.
        #expect(!ended.errors.contains("warning"), "\(ended.errors)")
    }

    /// Every file there is, without caches, logs and the records of packages that were.
    private func files(of root: CleanRoot) throws -> Set<Substring> {
        let found = try root.run(
            "find", "/", "-xdev", "(", "-path", "/var/lib/dpkg", "-o", "-path", "/var/lib/apt",
            "-o", "-path", "/var/log", "-o", "-path", "/var/cache", ")", "-prune", "-o",
            "-print")
        try #require(found.status == 0, "\(found.errors)")
        return Set(found.output.split(separator: "\n"))
    }
}
