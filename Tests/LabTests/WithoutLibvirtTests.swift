import Glibc
import LabSupport
import Testing

@Suite("A libvirt that is missing, and a reader that has gone")
struct WithoutLibvirtTests {
    @Test("a program that watches ends with the reader of its pipe, libvirt or not")
    func readerGone() throws {
        let script = """
            "$0" list --watch --interval 0.1 -c test:///default | head -n 1 >/dev/null
            echo "${PIPESTATUS[0]}"
            """
        let finished = try Child(["bash", "-c", script, Program.path]).finish(within: .seconds(30))
        #expect(finished.output == "\(128 + SIGPIPE)\n")
    }

    @Test("where libvirt is not installed, a connection says so, and other guests are listed")
    func notInstalled() throws {
        // An empty file, seen by this one program, in the library's place.
        let script = """
            library=$(ldconfig -p | awk '$1 == "libvirt.so.0" { print $NF }')
            mount --bind /dev/null "$(readlink -f "$library")"
            exec "$0" list -c qemu:///system --agent web=/nowhere
            """
        let namespaces = getuid() == 0 ? ["--mount"] : ["--mount", "--map-root-user"]
        let finished = try Child(
            ["unshare"] + namespaces + ["bash", "-c", script, Program.path]
        ).finish(within: .seconds(30))
        #expect(finished.status == 2)
        #expect(finished.errors.contains("'qemu:///system': libvirt is not installed"))
        #expect(finished.output.contains("web"))
    }
}
