internal import Glibc

/// What a line of the journal is about, as far as it can be seen without parsing it.
///
/// Nearly all lines are of changes that are over, and parsing them takes most of a second. vcputop
/// writes the members of a line in the order of their names and escapes each quote within a text,
/// so no text that is recorded can look like a member.
struct LineGlance {
    /// Whether the line is an end, or a finding after one that is not known; else it is an intent.
    let isEnd: Bool
    /// Whether it is an end that does not say how the guest is, so that a finding is wanted.
    let isDoubtful: Bool
    /// The bytes of the change's id.
    let id: ArraySlice<UInt8>

    /// Looks at a line; nil where it is not as vcputop writes it, or is torn.
    init?(_ line: ArraySlice<UInt8>) {
        guard line.starts(with: Self.start), line.last == UInt8(ascii: "}"),
            let name = line.lastPlace(of: Self.idName)
        else { return nil }
        let rest = line[name.upperBound...]
        guard rest.count > Self.idLength, rest[rest.startIndex + Self.idLength] == Self.quote
        else { return nil }
        id = rest.prefix(Self.idLength)
        let tail = rest.dropFirst(Self.idLength)
        isEnd = tail.starts(with: Self.outcome) || tail.starts(with: Self.time)
        isDoubtful = tail.starts(with: Self.unknown) && line.starts(with: Self.withoutReading)
        // The last member of an end is its time: a torn line has none.
        guard
            isEnd
                ? line.suffix(Self.end.count).elementsEqual(Self.end)
                : tail.starts(with: Self.login)
        else { return nil }
    }

    private static let start = Array(#"{""#.utf8)
    private static let idName = Array(#","id":""#.utf8)
    private static let idLength = 36
    private static let quote = UInt8(ascii: "\"")
    private static let outcome = Array(#"","outcome":""#.utf8)
    private static let unknown = Array(#"","outcome":"unknown""#.utf8)
    private static let withoutReading = Array(#"{"after":null,"#.utf8)
    private static let time = Array(#"","time":""#.utf8)
    private static let login = Array(#"","login":"#.utf8)
    private static let end = Array(#"Z"}"#.utf8)

    /// The lines of the last changes, of those that are not over, and all that are not as vcputop
    /// writes them.
    static func lines(
        _ lines: [ArraySlice<UInt8>], ofLast count: Int
    ) -> [ArraySlice<UInt8>] {
        let glances = lines.map { LineGlance($0) }
        var wanted: Set<ArraySlice<UInt8>> = []
        var ended: Set<ArraySlice<UInt8>> = []
        for glance in glances.reversed() {
            guard let glance else { continue }
            if glance.isDoubtful { continue }
            if glance.isEnd {
                ended.insert(glance.id)
            } else if wanted.count < count || !ended.contains(glance.id) {
                wanted.insert(glance.id)
            }
        }
        return zip(lines, glances).filter { _, glance in
            glance.map { wanted.contains($0.id) } ?? true
        }.map(\.0)
    }
}

extension [UInt8] {
    /// The lines, without their ends; empty ones are left out.
    var splitLines: [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            var start = 0
            while start < bytes.count {
                let end =
                    memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
                    .map { UnsafeRawPointer($0) - base } ?? bytes.count
                if end > start { lines.append(self[start..<end]) }
                start = end + 1
            }
        }
        return lines
    }
}

extension ArraySlice<UInt8> {
    /// The last place of some bytes.
    fileprivate func lastPlace(of bytes: [UInt8]) -> Range<Int>? {
        let start = withUnsafeBytes { all -> Int? in
            guard let base = all.baseAddress else { return nil }
            var place = all.count - bytes.count
            while place >= 0 {
                if memcmp(base + place, bytes, bytes.count) == 0 { return place }
                place -= 1
            }
            return nil
        }
        return start.map { startIndex + $0..<(startIndex + $0 + bytes.count) }
    }
}
