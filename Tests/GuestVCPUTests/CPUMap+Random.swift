import GuestVCPU
import TestSupport

extension CPUMap {
    static func random(upTo highest: Int, using random: inout SeededGenerator) -> CPUMap {
        let density = Int.random(in: 1...8, using: &random)
        return CPUMap((0...highest).filter { _ in random.oneIn(density) })
    }
}
