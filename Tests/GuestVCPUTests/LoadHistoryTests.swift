import GuestVCPU
import TestSupport
import Testing

@Suite("The last minute of a guest's load")
struct LoadHistoryTests {
    private let start = ContinuousClock.now

    @Test("means are those of the shares themselves, within what is rounded off", arguments: 1...5)
    func means(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var history = LoadHistory()
        // One share for each tenth of a second, as the truth.
        var truth: [Double?] = []
        while truth.count < 1_500 {
            let length = Int.random(in: 1...30, using: &random)
            let share: Double? =
                random.oneIn(5) ? nil : Double(Int.random(in: 0...100, using: &random)) / 100
            history.append(
                share.map { [3: $0] } ?? [:], from: start + .milliseconds(100 * truth.count),
                to: start + .milliseconds(100 * (truth.count + length)))
            truth += [Double?](repeating: share, count: length)
        }
        let spans = history.shares(of: 3, spans: 12, of: .seconds(5))
        #expect(spans.count == 12)
        for (position, mean) in spans.enumerated() {
            let end = truth.count - 50 * (11 - position)
            let known = truth[(end - 50)..<end].compactMap { $0 }
            guard let mean else {
                #expect(known.isEmpty)
                continue
            }
            #expect((0...1).contains(mean))
            // Readings closer than a second are one, and the oldest may reach over the minute.
            guard known.count == 50, position > 0 else { continue }
            let expected = known.reduce(0, +) / 50
            #expect(abs(mean - expected) < 0.21, "span \(position): \(mean), \(expected)")
        }
        #expect(
            history.shares(of: 2, spans: 12, of: .seconds(5)) == .init(repeating: nil, count: 12))
    }

    @Test("readings a second apart are kept as they are, to half a per cent")
    func exact() {
        var history = LoadHistory()
        let shares = (0..<60).map { Double($0) / 59 }
        for (second, share) in shares.enumerated() {
            history.append(
                [0: share], from: start + .seconds(second), to: start + .seconds(second + 1))
        }
        let kept = history.shares(of: 0, spans: 60, of: .seconds(1))
        for (share, kept) in zip(shares, kept) {
            #expect(kept.map { abs($0 - share) <= 0.0025 + 1e-9 } == true)
        }
    }

    @Test("a minute is kept, however often the host is read, and what cannot be is left out")
    func bounds() {
        var history = LoadHistory()
        #expect(history.shares(of: 0, spans: 2, of: .seconds(1)) == [nil, nil])
        for step in 0..<6_000 {
            history.append(
                [0: 2, 1: -1, 2: .nan],
                from: start + .milliseconds(20 * step), to: start + .milliseconds(20 * (step + 1)))
        }
        #expect(history.shares(of: 0, spans: 1, of: .seconds(1)) == [1])
        #expect(history.shares(of: 1, spans: 1, of: .seconds(1)) == [0])
        for index in [2, 4095] as [HostIndex] {
            #expect(history.shares(of: index, spans: 1, of: .seconds(1)) == [nil])
        }
        let old = history.shares(of: 0, spans: 3, of: .seconds(31))
        #expect(old == [nil, 1, 1])
        #expect(history.shares(of: 0, spans: 0, of: .seconds(1)).isEmpty)
        #expect(history.shares(of: 0, spans: 2, of: .zero) == [nil, nil])
        // A reading of no length tells nothing.
        let before = history
        history.append([0: 0.5], from: start + .seconds(120), to: start + .seconds(120))
        #expect(history == before)
    }
}
