import Testing

@testable import LibvirtHost

@Suite("libvirt's event loop")
struct LibvirtEventLoopTests {
    @Test("the loop continues after errors, with a back-off that a success resets")
    func errors() {
        let results: [Int32] = [0, -1, -1, -1, 0, -1, 0] + Array(repeating: -1, count: 9)
        var turns = 0
        var pauses: [Duration] = []
        LibvirtEventLoop.run {
            defer { turns += 1 }
            return results[turns]
        } pause: {
            pauses.append($0)
        } while: {
            turns < results.count
        }
        #expect(turns == results.count)
        #expect(
            pauses.map { $0 / .milliseconds(1) } == [
                10, 20, 40, 10, 10, 20, 40, 80, 160, 320, 640, 1000, 1000,
            ])
    }
}
