internal import GuestVCPU

/// The order in which vCPUs were plugged, inferred from their threads.
///
/// At its start QEMU creates the threads of its vCPUs together and in the order of the indices; it
/// creates another thread for each vCPU that is plugged later.
enum ThreadPlugOrder {
    /// The thread of one vCPU.
    struct Thread: Hashable {
        let index: HostIndex
        let threadID: Int32
        /// When the thread began, in ticks: hundredths of a second.
        let start: UInt64
    }

    /// The longest time between the starts of two threads that QEMU creates together, in ticks.
    ///
    /// A vCPU that is plugged within this time is one of the boot, too: the guest's kernel needs
    /// longer until it numbers its CPUs. On a busy host a thread of the start may take longer; it
    /// then counts as plugged later, which pairs fewer vCPUs, but none wrongly.
    private static let longestPause: UInt64 = 50

    /// The place of each vCPU in the order of plugging, by index: 0 for those of the machine's
    /// start, 1 and more for the others.
    ///
    /// - Parameter threads: The threads of all vCPUs, in any order.
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
