/// The same thing measured several times.
struct Sample {
    private let sorted: [Double]

    /// - Parameter values: At least one.
    init(_ values: [Double]) {
        precondition(!values.isEmpty)
        sorted = values.sorted()
    }

    var median: Double { quantile(0.5) }

    /// The value that this share of all do not exceed, the nearest one that was measured.
    func quantile(_ share: Double) -> Double {
        sorted[Int((Double(sorted.count - 1) * share).rounded())]
    }

    /// Measures several things in turn, so that whatever else the machine does meets all.
    static func inTurn(rounds: Int, _ measures: [() throws -> Duration]) throws -> [Sample] {
        var values: [[Double]] = measures.map { _ in [] }
        for _ in 0..<rounds {
            for (index, measure) in measures.enumerated() {
                values[index].append(try measure() / .seconds(1))
            }
        }
        return values.map(Sample.init)
    }
}
