import Foundation
import Testing

@testable import vcputop

@Suite("the time of --since")
struct SinceTimeTests {
    private static let now = Date(timeIntervalSince1970: 1_769_860_800)

    private func seconds(_ text: String) throws -> Double? {
        try SinceTime(argument: text).map {
            try $0.date(before: Self.now).timeIntervalSince1970
        }
    }

    @Test("so long ago")
    func ago() throws {
        let now = Self.now.timeIntervalSince1970
        #expect(try seconds("30s") == now - 30)
        #expect(try seconds("5m") == now - 300)
        #expect(try seconds("2h") == now - 7_200)
        #expect(try seconds("7d") == now - 604_800)
        #expect(try seconds("1w") == now - 604_800)
    }

    @Test("a moment of UTC")
    func universal() throws {
        #expect(try seconds("2026-01-31T12:00:00Z") == 1_769_860_800)
        #expect(try seconds("2026-01-31 12:00Z") == 1_769_860_800)
        #expect(try seconds("2024-02-29T00:00Z") == 1_709_164_800)
    }

    @Test("local times name the moment that log prints")
    func local() throws {
        for text in ["2026-01-31", "2026-07-31"] {
            let date = try #require(try SinceTime(argument: text)?.date(before: Self.now))
            #expect(LocalTime.text(date) == "\(text) 00:00:00")
        }
    }

    @Test("a time of day is the last one that was, also where that was yesterday")
    func timeOfDay() throws {
        let now = LocalTime.text(Self.now)
        for (text, hours) in [("00:00", 0), ("23:59:59", 24), (String(now.dropFirst(11)), 0)] {
            let date = try #require(try SinceTime(argument: text)?.date(before: Self.now))
            #expect(date <= Self.now)
            #expect(date > Self.now.addingTimeInterval(-86_400))
            let day = Self.now.addingTimeInterval(Double(-hours) * 3_600)
            #expect(LocalTime.text(date).hasPrefix("\(LocalTime.text(day).prefix(10)) \(text)"))
        }
    }

    @Test(
        "text that is not a time is refused",
        arguments: [
            "", "5", "m", "-5m", "0m", "1.5h", "100001d", "2026", "2026-13-01", "2026-01-32",
            "24:00",
            "12:60", "12", "2026-01-31T", "2026-01-31Z", "12:00Z", "2026-01-31T12:00:00+01:00",
            "٥m",
            "yesterday", "2026-01-31T12:00T12:00",
        ])
    func refused(_ text: String) {
        #expect(SinceTime(argument: text) == nil)
    }

    @Test("a day that a month does not have is an error")
    func noDay() {
        #expect(throws: CommandFailure.self) { try seconds("2025-02-29") }
        #expect(throws: CommandFailure.self) { try seconds("2026-04-31T12:00Z") }
    }
}
