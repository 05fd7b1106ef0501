import Foundation
import LabSupport

/// Measures the program beside this one and its peers, and prints a table.
///
/// `Tests/benchmark` builds both and gives them an environment that is the same everywhere.
@main
@MainActor
enum Benchmarks {
    static func main() {
        do {
            let named = try CommandLine.arguments.dropFirst().map(Part.init(named:))
            var table = Table()
            for part in named.isEmpty ? Part.allCases : named { try part.measure(into: &table) }
            for line in table.lines { print(line) }
        } catch {
            FileHandle.standardError.write(Data("benchmark: \(error)\n".utf8))
            exit(1)
        }
    }
}

/// What can be measured by itself.
private enum Part: String, CaseIterable {
    case start, list, guest, libvirt, demo, line, keys, layout, files

    init(named name: String) throws {
        guard let part = Part(rawValue: name) else {
            let names = Part.allCases.map(\.rawValue).joined(separator: ", ")
            throw LabError.unexpected("there is no part '\(name)'; the parts are \(names)")
        }
        self = part
    }

    @MainActor
    func measure(into table: inout Table) throws {
        switch self {
        case .start: try Starting.measure(into: &table)
        case .list: try Listing.measureStaged(into: &table)
        case .guest:
            let guest = try MicroGuest()
            defer { try? guest.stop() }
            try Listing.measure(guest, into: &table)
            try Living.measure(guest, into: &table)
        case .libvirt: try Libvirt.measure(into: &table)
        case .demo: try Living.measureDemo(into: &table)
        case .line: try Living.measureLine(into: &table)
        case .keys: try Pressing.measure(into: &table)
        case .layout: try Layout.measure(into: &table)
        case .files: try Files.measure(into: &table)
        }
    }
}
