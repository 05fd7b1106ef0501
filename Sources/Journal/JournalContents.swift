internal import FoundationEssentials
package import GuestVCPU
internal import JSONForms

/// What the journal says.
package struct JournalContents: Sendable {
    /// The changes, in the order that they were begun.
    package private(set) var changes: [RecordedChange] = []
    /// How many lines cannot be read; they are skipped.
    package private(set) var skippedLines = 0
    private var positions: [ChangeID: Int] = [:]

    /// The longest line that is read, in bytes.
    static let longestLine = 1 << 20
    /// No line with an event, an id and a time is shorter.
    static let shortestLine = 64

    /// Reads lines.
    ///
    /// - Parameter last: How many changes are wanted at least, the last ones, beside those that are
    ///   not over; nil for all.
    init(_ reading: JournalFolder.Reading, last: Int? = nil) {
        let lines = reading.lines.splitLines
        for line in last.map({ LineGlance.lines(lines, ofLast: $0) }) ?? lines { add(line) }
        for position in changes.indices where changes[position].end == nil {
            changes[position].isUnderWay = reading.underWay.contains(changes[position].id.lockPlace)
        }
    }

    /// The change with an id.
    package subscript(id: ChangeID) -> RecordedChange? { positions[id].map { changes[$0] } }

    private mutating func add(_ line: ArraySlice<UInt8>) {
        // A file of a million short lines takes no longer than one of changes.
        guard line.count >= Self.shortestLine, line.count <= Self.longestLine,
            let read = try? JSONDecoder().decode(ReadLine.self, from: Data(line))
        else {
            skippedLines += 1
            return
        }
        let id = ChangeID(read.id)
        switch read.event {
        case "intent":
            guard positions[id] == nil, let change = read.change else { break }
            positions[id] = changes.count
            changes.append(change)
            return
        case "outcome":
            guard let end = read.end else { break }
            // The intent may have been in a file that is gone.
            if let position = positions[id], changes[position].end == nil {
                changes[position].end = end
            }
            return
        case "found":
            guard let finding = read.finding else { break }
            if let position = positions[id], changes[position].found == nil {
                changes[position].found = finding
            }
            return
        default: break
        }
        skippedLines += 1
    }
}

/// Any line, with the members of all kinds.
private struct ReadLine: Decodable {
    let event: String
    let id: String
    let time: String
    let user: String?
    let login: String?
    let pid: Int32?
    let guest: String?
    let source: String?
    let uuid: String?
    let reverts: String?
    let requested: Lists?
    let planned: Lists?
    let before: Maps?
    let boot: String?
    let outcome: String?
    let after: Maps?
    let failure: Failure?

    struct Lists: Decodable {
        let online: String
        let offline: String

        var targets: VCPUTargets? {
            guard let online = CPUMap(recorded: online), let offline = CPUMap(recorded: offline)
            else { return nil }
            return try? VCPUTargets(online: online, offline: offline)
        }
    }

    struct Maps: Decodable {
        let vcpus: String
        let online: String
        let offlinable: String

        var maps: RecordedMaps? {
            guard let vcpus = CPUMap(recorded: vcpus), let online = CPUMap(recorded: online),
                let offlinable = CPUMap(recorded: offlinable)
            else { return nil }
            return RecordedMaps(vcpus: vcpus, online: online, offlinable: offlinable)
        }
    }

    struct Failure: Decodable {
        let vcpu: Int?
        let message: String
    }

    var change: RecordedChange? {
        guard let time = JSONText.date(time), let user, let pid, let guest, let source,
            let requested = requested?.targets, let planned = planned?.targets,
            let before = before?.maps
        else { return nil }
        return RecordedChange(
            id: ChangeID(id), time: time, user: user, login: login, pid: pid, guest: guest,
            source: source, uuid: uuid, reverts: reverts.map(ChangeID.init), requested: requested,
            planned: planned, before: before, boot: boot)
    }

    var end: RecordedChange.End? {
        guard let time = JSONText.date(time), let outcome = outcome.flatMap(Outcome.init)
        else { return nil }
        let maps = after?.maps
        guard after == nil || maps != nil else { return nil }
        return RecordedChange.End(
            time: time, outcome: outcome, after: maps,
            failure: failure.map {
                RecordedChange.Failure(vcpu: $0.vcpu, message: $0.message)
            })
    }

    var finding: RecordedChange.Finding? {
        guard let time = JSONText.date(time), let maps = after?.maps else { return nil }
        return RecordedChange.Finding(time: time, after: maps)
    }
}

extension CPUMap {
    /// A list as it was recorded, where an empty text is an empty map; nil where it is none.
    fileprivate init?(recorded list: String) {
        guard !list.isEmpty else {
            self = []
            return
        }
        guard let map = try? CPUMap(list: list) else { return nil }
        self = map
    }
}
