internal import FoundationEssentials
internal import Glibc

/// Moments in the time zone of this machine.
enum LocalTime {
    /// `2026-01-31 12:00:00`.
    static func text(_ date: Date) -> String {
        var seconds = time_t(max(-1e11, min(date.timeIntervalSince1970, 1e11)).rounded(.down))
        var parts = tm()
        localtime_r(&seconds, &parts)
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }

    private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
