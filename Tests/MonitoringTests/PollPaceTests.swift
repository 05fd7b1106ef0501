import Testing

@testable import Monitoring

@Suite("How often a guest is asked")
struct PollPaceTests {
    @Test(
        "a guest that does not answer is asked ever less often, up to a bound",
        arguments: [
            (true, 0, 3), (false, 0, 15), (true, 1, 6), (true, 2, 12), (true, 4, 48), (true, 5, 60),
            (true, 1_000_000, 60), (false, 1, 30), (false, 2, 60), (false, 3, 60),
        ])
    func pause(isShown: Bool, failures: Int, seconds: Int) {
        #expect(PollPace().pause(isShown: isShown, failures: failures) == .seconds(seconds))
    }

    @Test("the bound never makes a failing guest asked more often than a good one")
    func slowPace() {
        let pace = PollPace(hidden: .seconds(100), longest: .seconds(60))
        #expect(pace.pause(isShown: false, failures: 3) == .seconds(100))
    }
}
