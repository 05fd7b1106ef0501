internal import ArgumentParser
internal import FoundationEssentials
internal import Glibc

/// A moment in the past, as it is typed: how long ago, the last time that a clock showed, a day, or
/// both.
enum SinceTime: ExpressibleByArgument, Hashable {
    /// So many seconds ago.
    case ago(Double)
    /// Fields of a calendar: year, month, day, hour, minute, second; the day is nil for today, or
    /// for yesterday where the time is yet to come.
    case calendar(day: [Int]?, time: [Int], isUTC: Bool)

    init?(argument: String) {
        if let unit = argument.last.flatMap({ Self.units[$0] }), argument.count > 1 {
            guard let number = Int(argument.dropLast()), (1...100_000).contains(number) else {
                return nil
            }
            self = .ago(Double(number) * unit)
            return
        }
        let isUTC = argument.hasSuffix("Z")
        let parts = (isUTC ? argument.dropLast() : argument[...])
            .split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
        let day = parts.first.flatMap { Self.fields($0, "-", Self.dayRanges, least: 3) }
        switch (parts.count, day) {
        case (1, nil):
            guard !isUTC, let time = parts.first.flatMap(Self.time) else { return nil }
            self = .calendar(day: nil, time: time, isUTC: false)
        case (1, let day?):
            guard !isUTC else { return nil }
            self = .calendar(day: day, time: [0, 0, 0], isUTC: false)
        case (2, let day?):
            guard let time = Self.time(parts[1]) else { return nil }
            self = .calendar(day: day, time: time, isUTC: isUTC)
        default: return nil
        }
    }

    /// The moment.
    func date(before now: Date) throws(CommandFailure) -> Date {
        switch self {
        case .ago(let seconds): return now.addingTimeInterval(-seconds)
        case .calendar(let day, let time, let isUTC):
            var seconds = time_t(now.timeIntervalSince1970)
            var parts = tm()
            localtime_r(&seconds, &parts)
            if let day {
                (parts.tm_year, parts.tm_mon) = (Int32(day[0] - 1900), Int32(day[1] - 1))
                parts.tm_mday = Int32(day[2])
            }
            (parts.tm_hour, parts.tm_min, parts.tm_sec) =
                (Int32(time[0]), Int32(time[1]), Int32(time[2]))
            parts.tm_isdst = -1
            var asked = parts
            seconds = isUTC ? timegm(&parts) : mktime(&parts)
            if day == nil, Double(seconds) > now.timeIntervalSince1970 {
                // In the night, 23:30 is a time of the day before.
                asked.tm_mday -= 1
                seconds = mktime(&asked)
            } else if day != nil, parts.tm_mday != asked.tm_mday {
                throw CommandFailure(.usage, "--since: there is no such day")
            }
            return Date(timeIntervalSince1970: Double(seconds))
        }
    }

    private static let units: [Character: Double] = [
        "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800,
    ]
    private static let dayRanges = [1970...9999, 1...12, 1...31]
    private static let timeRanges = [0...23, 0...59, 0...60]

    private static func time(_ text: Substring) -> [Int]? {
        fields(text, ":", timeRanges, least: 2).map { $0.count == 2 ? $0 + [0] : $0 }
    }

    /// Numbers between separators, each within its range.
    private static func fields(
        _ text: Substring, _ separator: Character, _ ranges: [ClosedRange<Int>], least: Int
    ) -> [Int]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard (least...ranges.count).contains(parts.count) else { return nil }
        var numbers: [Int] = []
        for (part, range) in zip(parts, ranges) {
            guard part.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(part),
                range.contains(number)
            else { return nil }
            numbers.append(number)
        }
        return numbers
    }
}
