import Foundation
import LabSupport

/// What the program takes on a disk.
enum Files {
    static func measure(into table: inout Table) throws {
        let stripped = FileManager.default.temporaryDirectory
            .appending(component: "vcputop-\(ProcessInfo.processInfo.processIdentifier)").path
        defer { try? FileManager.default.removeItem(atPath: stripped) }
        _ = try Launch.run(["strip", "-o", stripped, Program.path])
        let size = try FileManager.default.attributesOfItem(atPath: stripped)[.size] as? Int
        guard let size else { throw LabError.unexpected("a file without a size") }
        table.add("static program, stripped", .bytes, Double(size))
    }
}
