/// How often each of a few numbers occurs.
struct Tally: Hashable {
    private var counts: [Int: Int] = [:]

    /// The largest number that occurs.
    var max: Int? { counts.keys.max() }

    /// The median; the lower of two.
    var median: Int? {
        let total = counts.values.reduce(0, +)
        var left = (total + 1) / 2
        for (number, count) in counts.sorted(by: { $0.key < $1.key }) {
            left -= count
            if left <= 0 { return number }
        }
        return nil
    }

    mutating func count(_ number: Int, _ times: Int) {
        let count = counts[number, default: 0] + times
        counts[number] = count == 0 ? nil : count
    }
}
