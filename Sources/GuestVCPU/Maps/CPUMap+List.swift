/// A syntax error in a CPU list.
public struct CPUListError: Error, Hashable, Sendable {
    /// The kinds of errors.
    public enum Problem: Hashable, Sendable {
        /// The text is empty or blank.
        case empty
        /// A number was expected, and the text ends.
        case missingNumber
        /// A character that cannot stand there.
        case unexpected(Character)
        /// A number above 4095, as it is written (20 digits of it at most).
        case outOfRange(String)
        /// A range whose end is below its start.
        case descending(Int, Int)
        /// A caret before a range; it takes a single number.
        case excludedRange
    }

    /// The text that was read.
    public let text: String
    /// Where the problem is, in characters, the first being 1.
    public let column: Int
    /// What is wrong there.
    public let problem: Problem

    /// Creates an error.
    public init(text: String, column: Int, problem: Problem) {
        self.text = text
        self.column = column
        self.problem = problem
    }
}

extension CPUMap {
    /// Reads a list in libvirt's syntax: `0-3,8,^2`.
    ///
    /// Read left to right; `N` and `N-M` add, `^N` removes what was added before it. Blanks
    /// may stand around numbers, dashes and commas; one comma may end the list. There are no
    /// strides and no excluded ranges. The result can be empty (`^1`).
    ///
    /// - Throws: `CPUListError` with the column.
    /// - Source: libvirt, `src/util/virbitmap.c`, `virBitmapParse`.
    public init(list text: some StringProtocol) throws(CPUListError) {
        var reader = CPUListReader(text: String(text))
        self = try reader.read()
    }

    /// The list in libvirt's canonical form: sorted, neighbours merged into ranges, `0-1,3`;
    /// empty for an empty map.
    ///
    /// - Source: libvirt, `src/util/virbitmap.c`, `virBitmapFormat`.
    public var list: String { ranges.listText }

    /// The runs of neighbouring ids, ascending.
    public var ranges: [ClosedRange<Int>] { consecutiveRanges }
}

extension Sequence<Int> {
    /// The runs of neighbouring numbers; the numbers ascend.
    var consecutiveRanges: [ClosedRange<Int>] {
        var ranges: [ClosedRange<Int>] = []
        for id in self {
            if let last = ranges.last, last.upperBound == id - 1 {
                ranges[ranges.count - 1] = last.lowerBound...id
            } else {
                ranges.append(id...id)
            }
        }
        return ranges
    }
}

extension [ClosedRange<Int>] {
    /// The ranges in libvirt's list syntax: `0-1,3`.
    var listText: String {
        map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }
}

extension CPUMap: CustomStringConvertible {
    /// The list in canonical form.
    public var description: String { list }
}

/// One pass over the text of a list.
private struct CPUListReader {
    let text: String
    private let characters: [Character]
    private var position = 0

    init(text: String) {
        self.text = text
        characters = Array(text)
    }

    private var next: Character? { position < characters.count ? characters[position] : nil }

    mutating func read() throws(CPUListError) -> CPUMap {
        var map = CPUMap()
        skipBlanks()
        guard next != nil else { throw error(.empty) }
        while next != nil {
            try readItem(into: &map)
            guard let character = next else { break }
            guard character == "," else { throw error(.unexpected(character)) }
            position += 1
            skipBlanks()
        }
        return map
    }

    private mutating func readItem(into map: inout CPUMap) throws(CPUListError) {
        let excludes = next == "^"
        if excludes { position += 1 }
        let column = position
        let first = try readNumber()
        skipBlanks()
        guard next == "-" else {
            if excludes { map.remove(first) } else { map.insert(first) }
            return
        }
        guard !excludes else { throw error(.excludedRange) }
        position += 1
        skipBlanks()
        let last = try readNumber()
        guard last >= first else { throw error(.descending(first, last), at: column) }
        for id in first...last { map.insert(id) }
        skipBlanks()
    }

    private mutating func readNumber() throws(CPUListError) -> Int {
        let start = position
        var value = 0
        while let character = next, let digit = asciiDigit(character) {
            // Stops growing above the range, so that no length of digits can overflow.
            if value <= CPUMap.idRange.upperBound { value = value * 10 + digit }
            position += 1
        }
        guard position > start else {
            throw error(next.map(CPUListError.Problem.unexpected) ?? .missingNumber)
        }
        guard CPUMap.idRange.contains(value) else {
            throw error(.outOfRange(String(characters[start..<position].prefix(20))), at: start)
        }
        return value
    }

    private func asciiDigit(_ character: Character) -> Int? {
        guard let ascii = character.asciiValue, (48...57).contains(ascii) else { return nil }
        return Int(ascii) - 48
    }

    private mutating func skipBlanks() {
        while let character = next, character.isASCII, character.isWhitespace { position += 1 }
    }

    private func error(_ problem: CPUListError.Problem, at index: Int? = nil) -> CPUListError {
        CPUListError(text: text, column: (index ?? position) + 1, problem: problem)
    }
}
