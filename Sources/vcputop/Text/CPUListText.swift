internal import GuestVCPU

/// What to write instead of a text that is no CPU list.
enum CPUListText {
    static func help(_ error: CPUListError) -> String? {
        switch error.problem {
        case .unexpected(":"): strides(error)
        case .excludedRange: "exclude each CPU: 0-7,^2,^3"
        case .unexpected, .missingNumber, .empty:
            "a list is made of numbers, ranges and exclusions: 0-3,8,^2"
        case .outOfRange, .descending: nil
        }
    }

    /// The list that `0-7:2` stands for.
    private static func strides(_ error: CPUListError) -> String {
        let parts = error.text.split(separator: ":")
        guard parts.count == 2, let range = try? CPUMap(list: parts[0]), let first = range.min,
            let last = range.max, let stride = Int(parts[1]), (1...64).contains(stride)
        else { return "strides are not supported; name each CPU: 0,2,4,6" }
        let ids = Array(Swift.stride(from: first, through: last, by: stride).prefix(64))
        return "strides are not supported; name each CPU: \(CPUMap(ids))"
    }
}
