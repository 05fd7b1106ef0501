internal import CLinux
internal import GuestVCPU

/// Reads the CPUs on which threads may run.
///
/// The kernel answers at once, without a file. A thread's pinning changes seldom, so what was read
/// with the list of threads holds as long as that list.
struct ThreadAffinity: Sendable {
    /// - Returns: Nil where that is not known, as of a thread that has ended.
    let read: @Sendable (_ threadID: Int32) -> PhysicalCPUSet?

    /// Asks the system.
    static let system = ThreadAffinity { threadID in
        let size = (PhysicalCPUSet.idRange.upperBound + 1) / 8
        return withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { buffer in
            let count = linux_read_affinity(threadID, buffer.baseAddress, UInt32(size))
            guard count > 0, count <= size else { return nil }
            return PhysicalCPUSet(mask: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Knows nothing, as of threads that are not this system's.
    static let unknown = ThreadAffinity { _ in nil }
}

extension PhysicalCPUSet {
    /// Creates the set of the bits in the kernel's words, which have the machine's byte order.
    init(mask: UnsafeRawBufferPointer) {
        let width = MemoryLayout<UInt>.size
        self.init()
        for position in 0..<(mask.count / width) {
            var word = mask.loadUnaligned(fromByteOffset: position * width, as: UInt.self)
            while word != 0 {
                insert(position * UInt.bitWidth + word.trailingZeroBitCount)
                word &= word - 1
            }
        }
    }
}
