internal import GuestVCPU
internal import QAPI
internal import SafeText

/// A line of `--from`: a guest, and what is asked of it.
struct ListedChange: Hashable, Sendable {
    /// The number of the line, the first being 1.
    let line: Int
    /// The guest, by `NAME` or `SOURCE/NAME`.
    let guest: String
    let request: ChangeRequest
}

/// Reads the changes of `--from`: one JSON object a line.
///
/// It takes the bytes as they come, and holds no more than one line of them.
struct ChangeListParser {
    /// The longest line, in bytes.
    static let longestLine = 64 * 1_024
    /// The most lines, empty ones included.
    static let mostLines = 10_000

    /// What errors call the file.
    private let file: String
    private var number = 1
    private var line: [UInt8] = []
    private var changes: [ListedChange] = []
    /// The line of each guest.
    private var lines: [String: Int] = [:]

    init(file: String) {
        self.file = file
    }

    /// Reads what comes next of the file.
    mutating func append(_ bytes: some Collection<UInt8>) throws(CommandFailure) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            try extendLine(with: rest[..<end])
            // Empty lines without end are no file either.
            try checkNumber()
            try endLine()
            rest = rest[rest.index(after: end)...]
        }
        try extendLine(with: rest)
    }

    /// Reads the last line, where no line end follows it.
    ///
    /// - Returns: The changes in their order; never none.
    mutating func finish() throws(CommandFailure) -> [ListedChange] {
        try endLine()
        guard !changes.isEmpty else {
            throw CommandFailure(
                .usage, "\(file): there is no change in it", note: Self.note, help: Self.help)
        }
        return changes
    }

    private mutating func extendLine(
        with bytes: some Collection<UInt8>
    ) throws(CommandFailure) {
        guard !bytes.isEmpty else { return }
        try checkNumber()
        guard bytes.count <= Self.longestLine - line.count else {
            throw failure("the line is longer than \(Self.longestLine / 1_024) KiB")
        }
        line += bytes
    }

    private func checkNumber() throws(CommandFailure) {
        guard number <= Self.mostLines else {
            throw failure("there are more than \(Self.mostLines) lines")
        }
    }

    private mutating func endLine() throws(CommandFailure) {
        defer {
            line.removeAll(keepingCapacity: true)
            number += 1
        }
        if line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { return }
        let change = try change(of: line)
        if let first = lines.updateValue(number, forKey: change.guest) {
            throw failure("guest '\(change.guest)' is on line \(first) already")
        }
        changes.append(change)
    }

    private func change(of line: [UInt8]) throws(CommandFailure) -> ListedChange {
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: line)
        } catch {
            throw failure(error.summary)
        }
        guard case .object(let members) = json else {
            throw failure("it is no JSON object")
        }
        if let unknown = members.keys.sorted().first(where: { !Self.members.contains($0) }) {
            let question = NearestWord.question(unknown, among: Self.members).map { "; \($0)" }
            throw failure(
                "there is no member '\(unknown)'"
                    + (question ?? "; there are: \(Self.members.joined(separator: ", "))"))
        }
        let guest = try text("guest", of: members)
        guard let guest, !guest.isEmpty else { throw failure("no guest is named") }
        var wish = ChangeWish(names: .members)
        wish.online = try text("online", of: members)
        wish.offline = try text("offline", of: members)
        wish.count = try count(of: members)
        do throws(CommandFailure) {
            return ListedChange(line: number, guest: guest, request: try wish.request())
        } catch {
            throw failure(error.messages.joined(separator: "; "), help: error.help)
        }
    }

    private func text(
        _ name: String, of members: [String: JSON]
    ) throws(CommandFailure) -> String? {
        guard let value = members[name] else { return nil }
        guard let text = value.stringValue else { throw failure("'\(name)' is no string") }
        return text
    }

    private func count(of members: [String: JSON]) throws(CommandFailure) -> Int? {
        guard let value = members["count"] else { return nil }
        guard let count = value.integerValue.flatMap(Int.init(exactly:)) else {
            throw failure("'count' is no whole number")
        }
        return count
    }

    private static let members = ["guest", "online", "offline", "count"]
    private static let note = "nothing was sent"
    private static let help =
        #"a line is an object: {"guest": "web1", "online": "2", "offline": "5-7"}"#

    private func failure(_ problem: String, help: String? = nil) -> CommandFailure {
        CommandFailure(
            .usage, "\(file):\(number): \(problem)", note: Self.note, help: help ?? Self.help)
    }
}

extension JSONError {
    /// What is wrong, in words.
    fileprivate var summary: String {
        let place = "byte \(offset + 1)"
        return switch reason {
        case .syntax: "it is no JSON at \(place)"
        case .encoding: "it is no UTF-8 at \(place)"
        case .duplicateMember: "a member is given twice, at \(place)"
        case .nameTooLong: "a member's name is too long, at \(place)"
        case .tooDeep, .tooManyValues: "it is more than a change, at \(place)"
        }
    }
}
