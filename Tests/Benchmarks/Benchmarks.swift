import Foundation
import LabSupport

/// Measures the program beside this one and its peers, and prints a table.
///
/// `Tests/benchmark` builds both and gives them an environment that is the same everywhere.
@main
@MainActor
enum Benchmarks {
    static func main() async {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            if arguments.first == AgentServer.role {
                return try await AgentServer.run(Array(arguments.dropFirst()))
            }
            if arguments.first == PureWork.role {
                return try PureWork.run(arguments.dropFirst().joined(separator: " "))
            }
            let settings = try Settings(arguments)
            if settings.parts == [Instructions.part] {
                guard try Instructions.compare(isRecording: settings.isRecording) else { exit(1) }
                return
            }
            if settings.parts == [Soak.part] {
                guard try Soak.run(for: settings.duration) else { exit(1) }
                return
            }
            let named = try settings.parts.map(Part.init(named:))
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
    case start, list, guest, fleet150, sockets150, sockets1000, hung1000, keys, libvirt, line
    case layout, files

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
        case .fleet150: try Fleets.measureProcesses(into: &table)
        case .sockets150:
            try Fleets.measureSockets(
                guests: 150, vcpus: 8, aims: .init(processor: "10 ms", memory: "20 MB"),
                into: &table)
        case .sockets1000:
            try Fleets.measureSockets(
                guests: 1_000, vcpus: 16,
                aims: .init(processor: "8 times that of 150", memory: "48 MB"), into: &table)
        case .hung1000: try Hanging.measure(into: &table)
        case .keys: try Pressing.measure(into: &table)
        case .libvirt: try Libvirt.measure(into: &table)
        case .line: try Living.measureLine(into: &table)
        case .layout: try Layout.measure(into: &table)
        case .files: try Files.measure(into: &table)
        }
    }
}
