import Foundation
import LabSupport

/// How many instructions pure work takes, beside what was recorded.
///
/// They do not depend on what else the machine does, so a small change is seen. They do depend on
/// the compiler, so the table is to be recorded again with a new one.
enum Instructions {
    /// The name of the part, which is not one of those that are measured together.
    static let part = "instructions"
    /// What a row may move by.
    private static let tolerance = 0.02

    private static var file: String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(
            component: "instructions.txt"
        )
        .path
    }

    /// Counts, and prints a table.
    ///
    /// - Parameter isRecording: Whether to keep what was counted instead.
    /// - Returns: Whether no row has moved.
    static func compare(isRecording: Bool) throws -> Bool {
        let counted = try count()
        if isRecording {
            let lines = counted.map { "\($0.instructions)\t\($0.name)\n" }
            try lines.joined().write(toFile: file, atomically: true, encoding: .utf8)
            return true
        }
        let recorded = try recorded()
        var rows = [["work", "recorded", "now", "change", ""]]
        for (name, now) in counted {
            let before = recorded[name]
            let change = before.map { Double(now) / Double($0) - 1 }
            let hasMoved = change.map { abs($0) > tolerance } ?? true
            rows.append([
                name, before.map(grouped) ?? "", grouped(now),
                change.map { String(format: "%+.1f %%", $0 * 100) } ?? "new",
                hasMoved ? "moved" : "",
            ])
        }
        for (name, before) in recorded where !counted.contains(where: { $0.name == name }) {
            rows.append([name, grouped(before), "", "gone", "moved"])
        }
        for line in Table.markdown(rows) { print(line) }
        return !rows.contains { $0.last == "moved" }
    }

    /// Runs the work under callgrind, which writes a file at each end of a measurement.
    private static func count() throws -> [(name: String, instructions: Int)] {
        let folder = try makeLabFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Of a copy without DWARF: of a newer version than it knows, valgrind reads none and ends.
        let program = "\(folder)/Benchmarks"
        let original = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let strip = try Child(["strip", "--strip-debug", "-o", program, original])
        strip.closeInput()
        let stripped = try strip.finish(within: .seconds(60))
        guard stripped.status == 0 else {
            throw LabError.ended(program: "strip", log: stripped.errors)
        }
        let function = "vcputop_measured_work"
        let child = try Child(
            [
                "valgrind", "--tool=callgrind", "--toggle-collect=\(function)",
                "--dump-after=\(function)", "--callgrind-out-file=\(folder)/out", program,
                PureWork.role,
            ], environment: ["SWIFT_DETERMINISTIC_HASHING": "1"])
        child.closeInput()
        let result = try child.finish(within: .seconds(1_200))
        guard result.status == 0 else {
            throw LabError.ended(program: "valgrind", log: result.errors)
        }
        return try result.output.split(separator: "\n").enumerated().map { index, line in
            let fields = line.split(separator: "\t").map(String.init)
            // The first measurement of each is not counted.
            let dump = try String(
                contentsOfFile: "\(folder)/out.\(index * 2 + 2)", encoding: .utf8)
            guard fields.count == 2, let count = Int(fields[1]),
                let total = dump.number(after: "\nsummary:"), total > 0
            else { throw LabError.unexpected("callgrind counted nothing for \(line)") }
            return (fields[0], total / count)
        }
    }

    private static func recorded() throws -> [String: Int] {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let rows = try text.split(separator: "\n").map { line in
            let fields = line.split(separator: "\t", maxSplits: 1).map(String.init)
            guard fields.count == 2, let count = Int(fields[0]) else {
                throw LabError.unexpected("\(file): \(line)")
            }
            return (fields[1], count)
        }
        return Dictionary(rows) { $1 }
    }

    /// With a comma between thousands.
    private static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        return digits.indices.map { index in
            index > 0 && (digits.count - index) % 3 == 0 ? ",\(digits[index])" : "\(digits[index])"
        }.joined()
    }
}
