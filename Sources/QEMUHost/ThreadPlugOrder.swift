internal import GuestVCPU

/// What the threads of vCPUs tell of when each was plugged.
///
/// QEMU makes the threads of the vCPUs that it begins with at once and in their order, and one
/// more for each that is plugged later.
enum ThreadPlugOrder {
    /// What is known of the thread of one vCPU.
    struct Thread: Hashable {
        let index: HostIndex
        let threadID: Int32
        /// In ticks of the system, a hundred a second.
        let start: UInt64
    }

    /// The longest time between the starts of two threads that are made at once, in ticks.
    ///
    /// A guest's kernel is far from having numbered its CPUs so soon; and a vCPU that took longer
    /// on a busy host is only taken to have been plugged later, which claims less.
    private static let longestPause: UInt64 = 50

    /// The place of each vCPU, by its index: 0 where it has been there since the machine began,
    /// from 1 in the order of plugging for the others.
    ///
    /// - Parameter threads: Of all vCPUs, in any order.
    static func places(_ threads: [Thread]) -> [HostIndex: Int] {
        let threads = threads.sorted { ($0.start, $0.threadID) < ($1.start, $1.threadID) }
        var places: [HostIndex: Int] = [:]
        var last: Thread?
        var next = 0
        for thread in threads {
            // The first vCPU can never be unplugged.
            let isOriginal =
                next == 0
                && (last.map {
                    $0.index < thread.index && thread.start - $0.start <= longestPause
                } ?? (thread.index == 0))
            if !isOriginal { next += 1 }
            places[thread.index] = next
            last = thread
        }
        return places
    }
}
