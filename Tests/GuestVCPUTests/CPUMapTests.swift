import GuestVCPU
import TestSupport
import Testing

@Suite("CPU maps and their lists")
struct CPUMapTests {
    @Test(
        "a list is read as libvirt reads it",
        arguments: [
            ("0", [0]), ("0-3", [0, 1, 2, 3]), ("3,1", [1, 3]), ("0-3,^2", [0, 1, 3]),
            ("^2,0-3", [0, 1, 2, 3]), ("0-15,^8", Array(0...7) + Array(9...15)),
            ("9-14,0-7,15", Array(0...7) + Array(9...15)), (" 1 - 2 , 4 ", [1, 2, 4]),
            ("1,", [1]), ("1, ", [1]), ("^1", []), ("5,^5", []), ("007", [7]), ("3-3", [3]),
            ("4095", [4095]), ("\t1\n,2", [1, 2]), ("1,1,1", [1]),
        ] as [(String, [Int])])
    func reads(text: String, ids: [Int]) throws {
        #expect(try Array(CPUMap(list: text)) == ids)
    }

    @Test(
        "what is no list is refused with the column",
        arguments: [
            ("", 1, .empty), ("  ", 3, .empty), (",", 1, .unexpected(",")),
            ("0-7:2", 4, .unexpected(":")), ("a", 1, .unexpected("a")),
            ("1,,2", 3, .unexpected(",")), ("1,^", 4, .missingNumber), ("1-", 3, .missingNumber),
            ("^ 1", 2, .unexpected(" ")), ("-1", 1, .unexpected("-")),
            ("3-1", 1, .descending(3, 1)),
            ("0-3,^1-2", 7, .excludedRange), ("4096", 1, .outOfRange("4096")),
            ("0-4096", 3, .outOfRange("4096")), ("1 2", 3, .unexpected("2")),
            ("1,+2", 3, .unexpected("+")), ("1-+2", 3, .unexpected("+")),
            ("^4096", 2, .outOfRange("4096")), ("٣", 1, .unexpected("٣")),
            ("99999999999999999999999999", 1, .outOfRange("99999999999999999999")),
            ("1-2-3", 4, .unexpected("-")),
        ] as [(String, Int, CPUListError.Problem)])
    func refuses(text: String, column: Int, problem: CPUListError.Problem) {
        #expect(throws: CPUListError(text: text, column: column, problem: problem)) {
            try CPUMap(list: text)
        }
    }

    @Test("a list is printed sorted, with neighbours merged")
    func prints() throws {
        #expect(CPUMap([3, 0, 1]).list == "0-1,3")
        #expect(CPUMap().list == "")
        #expect(CPUMap(0...4095).list == "0-4095")
        #expect(try CPUMap(list: "0-15,^8").list == "0-7,9-15")
    }

    @Test("what was printed is read back the same, for random maps")
    func roundTrip() async throws {
        var random = SeededGenerator(seed: 11)
        for round in 0..<2_000 {
            if round % 64 == 0 { await Task.yield() }
            let map = CPUMap.random(upTo: Int.random(in: 0...4095, using: &random), using: &random)
            guard !map.isEmpty else { continue }
            #expect(try CPUMap(list: map.list) == map)
        }
    }

    @Test("random texts never trap, and give ids in range or an error with a column inside")
    func randomTexts() async {
        let alphabet = Array("0123456789-,^ 4095x\u{0}\u{301}é")
        var random = SeededGenerator(seed: 12)
        for round in 0..<20_000 {
            if round % 256 == 0 { await Task.yield() }
            let text = String(
                (0..<Int.random(in: 0...12, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                })
            do throws(CPUListError) {
                let map = try CPUMap(list: text)
                #expect(map.allSatisfy(CPUMap.idRange.contains))
            } catch {
                #expect((1...text.count + 1).contains(error.column))
            }
        }
    }

    @Test("numbers from outside are checked before they are used")
    func validating() {
        #expect(CPUMap(validating: [0, 4095]) == [0, 4095])
        for number in [-1, 4096, Int.max, Int.min] {
            #expect(CPUMap(validating: [number]) == nil)
            #expect(!CPUMap([0]).contains(number))
        }
    }

    @Test("a map behaves as a set of its ids")
    func algebra() {
        var random = SeededGenerator(seed: 13)
        for _ in 0..<500 {
            let left = CPUMap.random(upTo: 200, using: &random)
            let right = CPUMap.random(upTo: 200, using: &random)
            let (a, b) = (Set(left), Set(right))
            #expect(Set(left.union(right)) == a.union(b))
            #expect(Set(left.intersection(right)) == a.intersection(b))
            #expect(Set(left.subtracting(right)) == a.subtracting(b))
            #expect(Set(left.symmetricDifference(right)) == a.symmetricDifference(b))
            #expect(left.isSubset(of: right) == a.isSubset(of: b))
            #expect(left.isDisjoint(with: right) == a.isDisjoint(with: b))
            #expect(left.min == a.min() && left.max == a.max() && left.count == a.count)
            #expect(Array(left) == a.sorted())
        }
    }
}
