import Foundation
import LabSupport
import Testing

@Suite("Our declarations of libvirt's ABI")
struct ABITests {
    private static let headers = URL(filePath: #filePath)
        .deletingLastPathComponent().appending(path: "../../Sources/CLibvirt").standardized

    @Test("types and constants are those of upstream's headers")
    func types() async throws {
        let program = try Self.comparison(of: Self.read("types.h"))
        #expect(try await Self.complaints(about: program) == "")
    }

    @Test("functions match upstream's headers")
    func functions() async throws {
        // Another type than the one that is there already is an error in C.
        let program = """
            #include <libvirt/libvirt.h>
            #include <libvirt/virterror.h>
            #include "calls.h"
            #define DECLARE(result, name, parameters) result name parameters;
            CLIBVIRT_CALLS(DECLARE)
            """
        #expect(try await Self.complaints(about: program) == "")
    }

    @Test(
        "a declaration that differs from upstream's is found",
        arguments: [
            ("VIR_ERR_AGENT_UNRESPONSIVE = 86", "VIR_ERR_AGENT_UNRESPONSIVE = 87"),
            ("VIR_UUID_STRING_BUFLEN = 37", "VIR_UUID_STRING_BUFLEN = 36"),
            ("VIR_TYPED_PARAM_FIELD_LENGTH = 80", "VIR_TYPED_PARAM_FIELD_LENGTH = 88"),
            ("    int nparams;", "    long nparams;"),
            ("    char *str1;\n    char *str2;", "    char *str2;\n    char *str1;"),
            ("int reason, void *opaque", "long reason, void *opaque"),
            ("    int *credtype;", "    long *credtype;\n    int more;"),
            ("unsigned int ncred, void *cbdata", "unsigned long ncred, void *cbdata"),
            ("VIR_CRED_REALM = 8", "VIR_CRED_REALM = 9"),
            ("VIR_NODE_CPU_STATS_ALL_CPUS = -1", "VIR_NODE_CPU_STATS_ALL_CPUS = -2"),
            ("    unsigned long long value;\n};", "    unsigned int value;\n};"),
        ])
    func differences(right: String, wrong: String) async throws {
        let ours = try Self.read("types.h")
        let spoilt = ours.replacing(right, with: wrong)
        try #require(spoilt != ours)
        #expect(try await Self.complaints(about: Self.comparison(of: spoilt)) != "")
    }

    /// A program in C that does not compile unless the declarations are upstream's: ours stand
    /// beside theirs under other names.
    private static func comparison(of ours: String) throws -> String {
        let constants = names(in: ours, #/\b(VIR_[A-Z_]+) =/#)
        let structures = names(in: ours, #/^struct _(vir\w+) \{/#.anchorsMatchLineEndings())
        let callbacks = names(in: ours, #/\(\*(vir\w+)\)\(/#)
        try #require(constants.count > 40 && structures.count == 6 && callbacks.count == 7)

        let renamed = names(in: ours, #/\b(VIR_[A-Z_]+|_?vir[A-Z]\w+)\b/#)
        var lines = ["#include <stddef.h>"]
        lines += renamed.map { "#define \($0) ours_\($0)" }
        lines += [ours.replacing(#/^#(ifndef|define|endif).*/#.anchorsMatchLineEndings(), with: "")]
        lines += renamed.map { "#undef \($0)" }
        lines += ["#include <libvirt/libvirt.h>", "#include <libvirt/virterror.h>"]
        lines += constants.map { check("ours_\($0) == \($0)", $0) }
        for name in structures {
            lines.append(check("sizeof(ours_\(name)) == sizeof(\(name))", name))
            for member in members(of: name, in: ours) {
                let (mine, theirs) = ("((ours_\(name) *)0)->\(member)", "((\(name) *)0)->\(member)")
                lines += [
                    check(
                        "offsetof(ours_\(name), \(member)) == offsetof(\(name), \(member))", member),
                    check("sizeof(\(mine)) == sizeof(\(theirs))", member),
                ]
            }
        }
        // Each takes the other's callback, once the names are the same again.
        let opaque = ["virConnect", "virDomain", "virNetwork", "virError"]
        lines += opaque.map { "#define ours__\($0) _\($0)" }
        for name in callbacks {
            let declaration = try #require(
                ours.firstMatch(of: try Regex("typedef [^;]*\\(\\*\(name)\\)[^;]*;")))
            let text = String(ours[declaration.range]).replacing(
                "(*\(name))", with: "(*again_\(name))")
            lines.append(text)
            lines.append(
                check("__builtin_types_compatible_p(again_\(name), \(name))", name))
        }
        return lines.joined(separator: "\n")
    }

    private static func members(of structure: String, in text: String) -> [String] {
        guard let start = text.firstRange(of: "struct _\(structure) {"),
            let end = text[start.upperBound...].firstRange(of: "\n};")
        else { return [] }
        let body = text[start.upperBound..<end.lowerBound]
        // Members of an inner union are named through it.
        var prefix = ""
        var found: [String] = []
        for line in body.split(separator: "\n").reversed() {
            if let match = line.firstMatch(of: #/^    \} (\w+);/#) {
                prefix = "\(match.1)."
                found.append(String(match.1))
            } else if line.hasPrefix("    union") {
                prefix = ""
            } else if let match = line.firstMatch(of: #/(\w+)(\[\w+\])?;/#) {
                found.append(prefix + match.1)
            }
        }
        return found
    }

    private static func names(
        in text: String, _ pattern: some RegexComponent<(Substring, Substring)>
    )
        -> [String]
    {
        var seen: Set<Substring> = []
        return text.matches(of: pattern).map(\.output.1).filter { seen.insert($0).inserted }
            .map(String.init)
    }

    private static func check(_ condition: String, _ name: String) -> String {
        "_Static_assert(\(condition), \"\(name)\");"
    }

    private static func read(_ header: String) throws -> String {
        try String(contentsOf: headers.appending(path: header), encoding: .utf8)
    }

    /// The errors of the C compiler; empty for none.
    private static func complaints(about program: String) async throws -> String {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "vcputop-abi-\(UUID().uuidString).c")
        try program.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let command = [
            "clang", "-fsyntax-only", "-Werror", "-Wno-deprecated-declarations", "-I",
            headers.path(), file.path(),
        ]
        let finished = try await withCheckedThrowingContinuation { continuation in
            // Waiting for a process blocks, and tasks have few threads.
            Thread.detachNewThread {
                continuation.resume(
                    with: Result { try Child(command).finish(within: .seconds(120)) })
            }
        }
        return finished.status == 0
            ? finished.errors : finished.errors + "status \(finished.status)"
    }
}
