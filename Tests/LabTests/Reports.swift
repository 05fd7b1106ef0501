import Foundation
import LabSupport

/// What `list --json` prints, read by types that are not the program's own.
struct ListReport: Decodable {
    struct Source: Decodable {
        let name: String
        let status: String
        let message: String?
    }
    struct Agent: Decodable {
        let status: String
        let message: String?
        let version: String?
        let ageMilliseconds: Int?
    }
    struct HostVCPU: Decodable {
        let id: Int
        let guestID: Int?
        let timeNanoseconds: UInt64?
        let waitNanoseconds: UInt64?
        let thread: Int?
        let state: String?
    }
    struct Host: Decodable {
        let current: Int?
        let maximum: Int?
        let pairing: String
        let vcpus: [HostVCPU]
    }
    struct Guest: Decodable {
        let name: String
        let uuid: String?
        let source: String
        let state: String
        let agent: Agent
        let guest: Maps?
        let host: Host?
    }
    let time: String
    let sources: [Source]
    let guests: [Guest]
}

/// The three maps of a guest, in list syntax.
struct Maps: Decodable, Equatable {
    let vcpus: String
    let online: String
    let offlinable: String
    /// Only in what `list` prints, and only where the host was read twice.
    ///
    /// On a machine that is slow `list` itself reads it again: not known and none are equal.
    var contradicted: String?

    static func == (one: Maps, other: Maps) -> Bool {
        (one.vcpus, one.online, one.offlinable, one.contradicted ?? "")
            == (other.vcpus, other.online, other.offlinable, other.contradicted ?? "")
    }
}

/// What `set --json` prints.
struct SetReport: Decodable {
    struct Lists: Decodable, Equatable {
        let online: String
        let offline: String
    }
    struct Reason: Decodable {
        let vcpu: Int?
        let code: String
        let message: String
    }
    struct Failure: Decodable {
        let vcpu: Int?
        let message: String
    }
    let guest: String
    let outcome: String
    let requested: Lists
    let before: Maps?
    let after: Maps?
    let planned: Lists?
    let reasons: [Reason]
    let failure: Failure?
}

extension Finished {
    /// Reads standard output as one object of JSON.
    func report<Report: Decodable>(_: Report.Type = Report.self) throws -> Report {
        do {
            return try JSONDecoder().decode(Report.self, from: Data(output.utf8))
        } catch {
            throw LabError.unexpected(
                "status \(status), output \(output), errors \(errors): \(error)")
        }
    }
}

extension Finished {
    /// Reads each line of standard output as an object of JSON.
    func reports<Report: Decodable>(_: Report.Type = Report.self) throws -> [Report] {
        try output.split(separator: "\n").map {
            try JSONDecoder().decode(Report.self, from: Data($0.utf8))
        }
    }
}

/// Sorted ids in libvirt's list syntax.
func list(_ ids: some Sequence<Int>) -> String {
    var runs: [ClosedRange<Int>] = []
    for id in ids.sorted() {
        if let last = runs.last, last.upperBound + 1 == id {
            runs[runs.count - 1] = last.lowerBound...id
        } else {
            runs.append(id...id)
        }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        .joined(separator: ",")
}

/// The ids of a list in the canonical form that the program prints.
func ids(_ list: String) -> Set<Int> {
    var ids: Set<Int> = []
    for run in list.split(separator: ",") {
        let ends = run.split(separator: "-").compactMap { Int($0) }
        if let first = ends.first, let last = ends.last, first <= last {
            ids.formUnion(first...last)
        }
    }
    return ids
}

/// What `doctor --json` prints of one guest.
struct DoctorReport: Decodable {
    struct Check: Decodable {
        let check: String
        let result: String
        let message: String
        let help: String?
    }
    let guest: String?
    let source: String
    let verdict: String
    let checks: [Check]

    /// The first check that failed, else the first with a warning; nil where all is well.
    var cause: Check? {
        checks.first { $0.result == "fail" } ?? checks.first { $0.result == "warn" }
    }

    /// The result of a check.
    subscript(name: String) -> String? { checks.first { $0.check == name }?.result }
}
