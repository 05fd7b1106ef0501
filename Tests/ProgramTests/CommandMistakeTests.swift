import LabSupport
import Testing

@testable import vcputop

@Suite("A mistyped command, option or guest")
struct CommandMistakeTests {
    @Test(
        "the error names what was probably meant, and the help what there is",
        arguments: [
            (
                ["lsit"], "there is no command 'lsit'; did you mean 'list'?",
                "there are: dashboard, list, set"
            ),
            (
                ["-c", "qemu:///system", "lsit", "--json"],
                "there is no command 'lsit'; did you mean 'list'?", "there are: dashboard, "
            ),
            (
                ["set", "web", "--ofline", "2"],
                "'set' has no option '--ofline'; did you mean '--online' or '--offline'?",
                "--dry-run, --keep-going"
            ),
            (
                ["--agent", "web=/x", "list", "--jsn"],
                "'list' has no option '--jsn'; did you mean '--json'?", "--watch"
            ),
            (["list", "-q"], "'list' has no option '-q'", "there are: -c, --connect"),
            (
                ["--conect", "qemu:///system", "list"],
                "there is no option '--conect'; did you mean '--connect'?", "see 'vcputop --help'"
            ),
            (["set", "web", "--offline=1", "--bogus=3"], "'set' has no option '--bogus'", ""),
        ] as [([String], String, String)])
    func mistake(_ arguments: [String], _ message: String, _ help: String) async throws {
        let finished = try await Program.finished(arguments)
        #expect(finished.status == 64)
        #expect(finished.output == "")
        let lines = finished.errors.split(separator: "\n")
        #expect(lines.first == "vcputop: error: \(message)")
        #expect(lines.last?.contains(help) == true, "\(finished.errors)")
    }

    @Test("errors other than unknown words have their own messages")
    func others() async throws {
        for arguments in [
            ["set", "web", "--offline"], ["list", "--timeout", "never"], ["demo", "--guests", "0"],
        ] {
            let finished = try await Program.finished(arguments)
            #expect(finished.status == 64)
            #expect(!finished.errors.contains("has no option"), "\(finished.errors)")
            #expect(!finished.errors.contains("no command"), "\(finished.errors)")
        }
    }

    @Test("a mistyped guest is answered with the nearest name and those that there are")
    func guest() async throws {
        let agents = (1...25).flatMap { ["--agent", "db\($0)x=/nonexistent/\($0)"] }
        let finished = try await Program.finished(
            ["set", "wbe1", "--offline", "1", "--agent", "web1=/nonexistent"] + agents)
        #expect(finished.status == 2)
        #expect(
            finished.errors.contains(
                "no guest is called 'wbe1'; did you mean 'web1'? there are: db10x, "),
            "\(finished.errors)")
        #expect(finished.errors.contains(" and 6 more\n"), "\(finished.errors)")
        let list = try await Program.finished(["list", "wbe1", "--agent", "web1=/nonexistent"])
        #expect(list.status == 2)
        #expect(list.errors.contains("'wbe1'; did you mean 'web1'? there are: web1"))
    }
}
