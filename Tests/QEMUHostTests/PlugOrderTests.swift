import GuestVCPU
import Testing

@testable import QEMUHost

@Suite("The order of plugging, inferred from threads")
struct PlugOrderTests {
    private func places(_ threads: [(index: HostIndex, threadID: Int32, start: UInt64)])
        -> [HostIndex: Int]
    {
        ThreadPlugOrder.places(
            threads.map {
                ThreadPlugOrder.Thread(index: $0.index, threadID: $0.threadID, start: $0.start)
            })
    }

    @Test("threads that were created together are those of the start")
    func start() {
        #expect(places([(0, 10, 500), (1, 11, 500), (2, 12, 540)]) == [0: 0, 1: 0, 2: 0])
        #expect(places([]) == [:])
    }

    @Test("threads that were created later follow in their order, whatever their numbers")
    func later() {
        #expect(
            places([(0, 10, 500), (1, 11, 500), (5, 40, 900), (3, 20, 2000)])
                == [0: 0, 1: 0, 5: 1, 3: 2])
        // Thread numbers wrap around at their limit.
        #expect(places([(0, 4_000_000, 500), (1, 7, 501)]) == [0: 0, 1: 0])
    }

    @Test("a thread out of order among those of the start was plugged, and so were all after it")
    func outOfPlace() {
        #expect(
            places([(0, 10, 500), (2, 11, 500), (1, 12, 501), (3, 13, 501)])
                == [0: 0, 2: 0, 1: 1, 3: 2])
        // The first vCPU's thread is not that of the machine's start, so no vCPU counts as
        // original.
        #expect(places([(1, 11, 500), (0, 12, 900)]) == [1: 1, 0: 2])
    }
}
