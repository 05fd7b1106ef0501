import GuestVCPU
import TestSupport
import Testing

@Suite("values by the hypervisor's index")
struct HostColumnTests {
    @Test("a column holds what a dictionary holds, in the order of the indices")
    func dictionary() {
        var random = SeededGenerator(seed: 5)
        for range in [0..<6, 0..<200, 4_000..<4_096] {
            var column: HostColumn<Int> = [:]
            var dictionary: [HostIndex: Int] = [:]
            for _ in 0..<2_000 {
                let index = HostIndex(Int.random(in: range, using: &random))
                let value = random.oneIn(3) ? nil : Int.random(in: 0..<9, using: &random)
                column[index] = value
                dictionary[index] = value
                let other = HostIndex(Int.random(in: range, using: &random))
                #expect(column[other] == dictionary[other])
            }
            #expect(column.count == dictionary.count)
            #expect(column.isEmpty == dictionary.isEmpty)
            #expect(column.lastIndex == dictionary.keys.max())
            let sorted = dictionary.sorted { $0.key < $1.key }
            #expect(column.map(\.index) == sorted.map(\.key))
            #expect(column.values == sorted.map(\.value))
            #expect(column.mapValues { $0 + 1 }.values == sorted.map { $0.value + 1 })
        }
    }

    @Test("columns with the same values are equal, however they were made")
    func equality() {
        var column: HostColumn<Int> = [3: 1, 0: 2]
        #expect(
            column == [0: 2, 3: 1] && column.hashValue == ([0: 2, 3: 1] as HostColumn).hashValue)
        column[3] = nil
        #expect(column != [0: 2, 3: 1] && column == [0: 2])
        #expect([1: 1, 1: 2] as HostColumn<Int> == [1: 2])
    }
}
