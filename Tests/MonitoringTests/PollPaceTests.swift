import Testing

@testable import Monitoring

@Suite("The pause between two readings of a guest")
struct PollPaceTests {
    @Test(
        "the back-off of a guest that does not answer grows up to a limit",
        arguments: [
            (true, 0, 3), (false, 0, 15), (true, 1, 6), (true, 2, 12), (true, 4, 48), (true, 5, 60),
            (true, 1_000_000, 60), (false, 1, 30), (false, 2, 60), (false, 3, 60),
        ])
    func pause(isShown: Bool, failures: Int, seconds: Int) {
        #expect(PollPace().pause(isShown: isShown, failures: failures) == .seconds(seconds))
    }

    @Test("the limit never makes the pause of a failing guest shorter than that of a good one")
    func slowPace() {
        let pace = PollPace(hidden: .seconds(100), longest: .seconds(60))
        #expect(pace.pause(isShown: false, failures: 3) == .seconds(100))
    }
}
