internal import GuestVCPU

extension Duration {
    /// Whole seconds, rounded down; brought into what an `Int` holds on any machine.
    var wholeSeconds: Int { Int(clamping: components.seconds) }

    /// An age in at most four characters: `3s`, `14m`, `5h`, `99d`.
    var ageText: String {
        let seconds = max(wholeSeconds, 0)
        switch seconds {
        case ..<100: return "\(seconds)s"
        case ..<6000: return "\(seconds / 60)m"
        case ..<360_000: return "\(seconds / 3600)h"
        default: return "\(min(seconds / 86400, 999))d"
        }
    }

    /// A span of time in seconds, as precise as it is of use: `0.042s`, `1.3s`, `61s`.
    var spanText: String {
        let milliseconds =
            components.seconds.multipliedClamping(by: 1000)
            + components.attoseconds / 1_000_000_000_000_000
        switch milliseconds {
        case ..<1000: return "\(Self.fixed(milliseconds, places: 3))s"
        case ..<60_000: return "\(Self.fixed(milliseconds / 100, places: 1))s"
        default: return "\(milliseconds / 1000)s"
        }
    }

    /// A time to a tenth of a second: `1.0 s`.
    var tenthsText: String {
        let milliseconds =
            components.seconds.multipliedClamping(by: 1000)
            + components.attoseconds / 1_000_000_000_000_000
        return "\(Self.fixed((milliseconds + 50) / 100, places: 1)) s"
    }

    /// How often something is done: `0.25s`, `1s`.
    var intervalText: String {
        let milliseconds =
            components.seconds.multipliedClamping(by: 1000)
            + components.attoseconds / 1_000_000_000_000_000
        if milliseconds % 1000 == 0 { return "\(milliseconds / 1000)s" }
        return "\(Self.fixed(milliseconds / 10, places: 2))s"
    }

    /// A whole number with its last digits behind a point.
    private static func fixed(_ number: Int64, places: Int) -> String {
        var digits = "\(max(number, 0))"
        while digits.utf8.count <= places { digits = "0" + digits }
        let point = digits.index(digits.endIndex, offsetBy: -places)
        return "\(digits[..<point]).\(digits[point...])"
    }
}

extension Int64 {
    fileprivate func multipliedClamping(by factor: Int64) -> Int64 {
        let (product, overflows) = multipliedReportingOverflow(by: factor)
        // Far from the edge, so that a part of a second can still be added.
        return overflows ? .max / 2 : product
    }
}

extension Double {
    /// A number of physical CPUs in at most five characters: `0.3`, `31.4`, `490`.
    package var coresText: String {
        guard isFinite else { return "?" }
        let value = min(max(self, 0), 99999)
        if value >= 99.95 { return "\(Int(value + 0.5))" }
        let tenths = Int(value * 10 + 0.5)
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// A share of a physical CPU in percent, one decimal: `18.1`, `100.0`.
    var percentText: String {
        guard isFinite else { return "?" }
        let tenths = Int(min(max(self, 0), 9.999) * 1000 + 0.5)
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// A share of a physical CPU, two decimals: `0.91`.
    var shareText: String {
        guard isFinite else { return "?" }
        let hundredths = Int(min(max(self, 0), 99) * 100 + 0.5)
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}

extension UInt64 {
    /// Nanoseconds as a time: `12.3s`, `4m05s`, `3h12m`, `2d03h`.
    var nanosecondsText: String {
        let seconds = self / 1_000_000_000
        func two(_ number: UInt64) -> String { (number < 10 ? "0" : "") + "\(number)" }
        switch seconds {
        case ..<100: return "\(seconds).\(self / 100_000_000 % 10)s"
        case ..<6000: return "\(seconds / 60)m\(two(seconds % 60))s"
        case ..<360_000: return "\(seconds / 3600)h\(two(seconds / 60 % 60))m"
        default: return "\(seconds / 86400)d\(two(seconds / 3600 % 24))h"
        }
    }
}
